import CCurl
import Glibc

/// One POST over libcurl, http or https. It follows no redirect, because neither the body nor the headers are for
/// whoever else the server may name, and asks no .netrc.
struct HTTPPost {
    let url: String
    let headers: [String]
    let body: String
    /// Seconds for all of it.
    let timeout: Int

    /// What the server said.
    struct Answer {
        let status: Int
        /// Seconds that it asks to wait; 0 where it does not.
        let retryAfter: Int
        /// The beginning of the body.
        let text: String
    }

    /// Why there is no answer, in words without the URL.
    struct Failure: Error {
        let reason: String
        let mayPass: Bool
    }

    private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
    private static let longestText = 2048

    func send() throws(Failure) -> Answer {
        guard Self.isReady, let handle = curl_easy_init() else {
            throw Failure(reason: "libcurl cannot be used", mayPass: false)
        }
        defer { curl_easy_cleanup(handle) }
        var list: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(list) }
        for header in headers {
            guard let longer = curl_slist_append(list, header) else {
                throw Failure(reason: "out of memory", mayPass: true)
            }
            list = longer
        }
        let gathered = Gathered()
        let code = perform(handle, list, gathered)
        guard code == CURLE_OK else { throw Self.failure(code) }
        return Answer(
            status: Int(rd_curl_status(handle)), retryAfter: Int(rd_curl_retry_after(handle)),
            text: String(decoding: gathered.bytes, as: UTF8.self))
    }

    private func perform(
        _ handle: UnsafeMutableRawPointer, _ list: UnsafeMutablePointer<curl_slist>?, _ gathered: Gathered
    )
        -> CURLcode
    {
        let texts: [(CURLoption, String)] = [
            (CURLOPT_URL, url), (CURLOPT_PROTOCOLS_STR, "http,https"), (CURLOPT_USERAGENT, "rd-alert"),
        ]
        let numbers: [(CURLoption, Int)] = [
            (CURLOPT_POST, 1), (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_NOSIGNAL, 1), (CURLOPT_TIMEOUT_MS, timeout * 1000),
            (CURLOPT_CONNECTTIMEOUT_MS, timeout * 1000), (CURLOPT_NETRC, 0),
        ]
        for (option, value) in texts {
            let code = rd_curl_set_text(handle, option, value)
            if code != CURLE_OK { return code }
        }
        for (option, value) in numbers {
            let code = rd_curl_set_number(handle, option, value)
            if code != CURLE_OK { return code }
        }
        _ = rd_curl_set_headers(handle, list)
        let bytes = Array(body.utf8)
        let code = bytes.withUnsafeBytes { rd_curl_set_body(handle, $0.baseAddress, curl_off_t($0.count)) }
        if code != CURLE_OK { return code }
        return withExtendedLifetime(gathered) {
            _ = rd_curl_set_sink(handle, Gathered.sink, Unmanaged.passUnretained(gathered).toOpaque())
            return curl_easy_perform(handle)
        }
    }

    /// libcurl's words for its codes name neither host nor URL.
    private static func failure(_ code: CURLcode) -> Failure {
        let isFinal = [
            CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
        ].contains { $0 == code }
        return Failure(reason: String(cString: curl_easy_strerror(code)), mayPass: !isFinal)
    }

    /// The beginning of an answer.
    private final class Gathered {
        var bytes: [UInt8] = []

        static let sink: rd_curl_sink = { start, size, count, context in
            guard let start, let context else { return size * count }
            let gathered = Unmanaged<Gathered>.fromOpaque(context).takeUnretainedValue()
            let room = max(HTTPPost.longestText - gathered.bytes.count, 0)
            gathered.bytes += UnsafeRawBufferPointer(start: start, count: min(size * count, room))
            return size * count
        }
    }
}
