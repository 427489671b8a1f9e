import RDAlert
import RDBytes

/// A URL that JSON is posted to.
struct WebhookChannel: Channel {
    private let url: String
    private let headers: [String]
    private let secrets: KnownSecrets
    private let timeout: Int
    private let body: (AlertNotice) -> JSONValue

    /// Reads the URL and the headers' values.
    init(
        _ endpoint: Endpoint, timeout: Int, _ known: KnownSecrets, _ surroundings: Surroundings,
        body: @escaping (AlertNotice) -> JSONValue
    ) throws(DeliveryFailure) {
        var secrets = known
        url = try endpoint.url.read(surroundings)
        secrets.add(url)
        guard url.hasPrefix("https://") || url.hasPrefix("http://"), !url.contains(" ") else {
            throw DeliveryFailure("the webhook's URL is no http or https URL")
        }
        var lines = ["Content-Type: application/json; charset=utf-8", "Expect:"]
        for header in endpoint.headers {
            let value = try header.value.read(surroundings)
            secrets.add(value)
            lines.append("\(header.name): \(value)")
        }
        headers = lines
        self.secrets = secrets
        self.timeout = timeout
        self.body = body
    }

    func tell(_ notice: AlertNotice) throws(DeliveryFailure) {
        let place = KnownSecrets.masked(url: url)
        let answer: HTTPPost.Answer
        do throws(HTTPPost.Failure) {
            answer = try HTTPPost(url: url, headers: headers, body: body(notice).text, timeout: timeout).send()
        } catch {
            throw DeliveryFailure("\(place): \(secrets.hidden(in: error.reason))", mayPass: error.mayPass)
        }
        if (200..<300).contains(answer.status) { return }
        if (300..<400).contains(answer.status) {
            throw DeliveryFailure("\(place) answered \(answer.status), a redirect, which is not followed")
        }
        let said = Self.oneLine(secrets.hidden(in: answer.text))
        throw DeliveryFailure(
            "\(place) answered \(answer.status)" + (said.isEmpty ? "" : " (\(said))"),
            mayPass: answer.status >= 500 || [408, 425, 429].contains(answer.status),
            wait: answer.retryAfter > 0 ? answer.retryAfter : nil)
    }

    private static func oneLine(_ text: String) -> String {
        let words = text.split { $0.isWhitespace || $0.isNewline }.joined(separator: " ")
        let plain = String(
            String.UnicodeScalarView(words.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F }))
        return plain.count > 120 ? plain.prefix(119) + "…" : plain
    }
}
