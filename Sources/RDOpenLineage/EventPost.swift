public import RDBytes
import RDProcess

/// An HTTP endpoint that takes events, such as Marquez's `/api/v1/lineage`. The program `curl` talks to it: what it is
/// told, the key among it, stands in a nameless file that is its standard input and never on a command line that others
/// can read. Neither users nor queries of URLs are in messages: both may hold a key.
public struct EventPost: Equatable, Sendable {
    let url: String
    private let key: String?
    private let seconds: Int

    /// The endpoint at `url`, an http or https URL (exit 64). `key` is sent as a bearer token. A URL that others can see
    /// (`isVisible`: it stands on a command line) may have no user and no password in it.
    public init(_ url: String, key: String?, seconds: Int = 10, isVisible: Bool = true) throws(RDError) {
        let start = url.prefix(8).lowercased()
        guard start.hasPrefix("http://") || start.hasPrefix("https://"), !url.contains(where: \.isWhitespace),
            let authority = url.split(separator: "/", maxSplits: 2).dropFirst().first,
            !"?#".contains(authority.prefix(1))
        else {
            throw RDError(.usage, "'\(Secrets.hidden(String(url.prefix { $0 != "?" })))' is not an http or https URL")
        }
        guard !isVisible || !authority.contains("@") else {
            throw RDError(
                .usage, "the URL carries a password, and every user of this machine can read command lines",
                remedy: "put a key in OPENLINEAGE_API_KEY")
        }
        self.url = url
        self.key = key
        self.seconds = seconds
    }

    /// Sends one event; what may pass by itself is tried again for some seconds. No answer within the time, or one that
    /// is not of success, is exit 69 with what curl says.
    public func send(_ event: JSONValue) throws {
        let orders = try TemporaryFile()
        try Array((lines(event).joined(separator: "\n") + "\n").utf8).withUnsafeBytes { try orders.append($0) }
        let (read, write) = try makePipe()
        let said = FileSource(read, name: "curl", ownsDescriptor: true)
        let curl: Subprocess
        do {
            curl = try Subprocess(
                "curl", ["--disable", "--config", "-"], input: orders.descriptor, output: write, errors: write,
                remedy: "install it: apt-get install curl; or write events to a file")
        } catch {
            closeDescriptor(write)
            throw error
        }
        closeDescriptor(write)
        let text = try String(decoding: readAll(said), as: UTF8.self)
        guard curl.wait() == .exit(0) else {
            throw RDError(.unavailable, "\(Secrets.hidden(url)) did not take the event\(Self.reason(text))")
        }
    }

    private func lines(_ event: JSONValue) -> [String] {
        var lines = [
            "url = \(Self.quoted(url))", "request = \"POST\"", "header = \"Content-Type: application/json\"",
            "data-binary = \(Self.quoted(event.text))", "connect-timeout = \(max(1, seconds / 2))",
            "max-time = \(seconds)", "retry = 2", "retry-max-time = \(seconds)", "globoff", "silent", "show-error",
            "fail", "output = \"/dev/null\"",
        ]
        if let key { lines.append("header = \(Self.quoted("Authorization: Bearer \(key)"))") }
        return lines
    }

    /// The last line that curl said, without its name.
    private static func reason(_ text: String) -> String {
        guard let line = text.split(whereSeparator: \.isNewline).last else { return "" }
        let plain = line.hasPrefix("curl: ") ? line.dropFirst(6) : line
        return ": " + Secrets.hidden(String(plain))
    }

    /// A value in the language of curl's configuration files.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
