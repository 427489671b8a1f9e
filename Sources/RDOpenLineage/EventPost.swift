public import RDBytes
import RDProcess

/// An HTTP endpoint that takes events, such as Marquez's `/api/v1/lineage`. The program `curl` talks to it: what it is
/// told, the key among it, goes to its standard input and never to a command line that others can read.
public struct EventPost {
    private let url: String
    private let key: String?
    private let seconds: Int

    /// The endpoint at `url`, an http or https URL without a password in it (exit 64). `key` is sent as a bearer token.
    public init(_ url: String, key: String?, seconds: Int = 10) throws(RDError) {
        guard url.hasPrefix("http://") || url.hasPrefix("https://"), !url.contains(where: \.isWhitespace) else {
            throw RDError(.usage, "'\(url)' is not an http or https URL")
        }
        let authority = url.split(separator: "/", maxSplits: 2).dropFirst().first ?? ""
        guard !authority.contains("@") else {
            throw RDError(
                .usage, "the URL carries a password, and every user of this machine can read command lines",
                remedy: "put a key in OPENLINEAGE_API_KEY")
        }
        self.url = url
        self.key = key
        self.seconds = seconds
    }

    /// Sends one event. No answer within the time, or one that is not of success, is exit 69.
    public func send(_ event: JSONValue) throws {
        var lines = [
            "url = \(Self.quoted(url))", "request = \"POST\"", "header = \"Content-Type: application/json\"",
            "data-binary = \(Self.quoted(event.text))", "max-time = \(seconds)", "retry = 2", "silent", "show-error",
            "fail", "output = \"/dev/null\"",
        ]
        if let key { lines.append("header = \(Self.quoted("Authorization: Bearer \(key)"))") }
        let (read, write) = try makePipe()
        let curl: Subprocess
        do {
            curl = try Subprocess(
                "curl", ["--disable", "--config", "-"], input: read, output: 2,
                remedy: "install it: apt-get install curl; or write events to a file")
        } catch {
            closeDescriptor(write)
            closeDescriptor(read)
            throw error
        }
        closeDescriptor(read)
        let sink = FileSink(write, name: "curl")
        try Array((lines.joined(separator: "\n") + "\n").utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        guard curl.wait() == .exit(0) else {
            throw RDError(.unavailable, "\(url) did not take the event", remedy: "see what curl says above")
        }
    }

    /// A value in the language of curl's configuration files.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
