import RDBytes

/// Texts that must not be seen, and how to write around them.
public struct KnownSecrets: Sendable {
    private var known: [String] = []

    /// No secrets.
    public init() {}

    /// Remembers a secret; of a URL, what follows its host too.
    public mutating func add(_ secret: String) {
        var pieces = [secret]
        if let scheme = secret.firstRange(of: "://") {
            let rest = secret[scheme.upperBound...]
            let authority = rest.prefix { !"/?#".contains($0) }
            pieces.append(String(rest.dropFirst(authority.count)))
            if let at = authority.lastIndex(of: "@") {
                pieces += authority[..<at].split(separator: ":").map(String.init) + [String(authority[..<at])]
            }
            pieces += rest.dropFirst(authority.count).split { "/?#&=".contains($0) }.map(String.init)
        } else {
            // `Bearer abc`: the scheme is no secret, what follows it is.
            pieces += secret.split(separator: " ").map(String.init)
        }
        known += pieces.filter { $0.utf8.count >= 6 }
        known.sort { $0.utf8.count > $1.utf8.count }
    }

    /// `text` with `***` for each secret in it.
    public func hidden(in text: String) -> String { known.reduce(text) { $0.replacing($1, with: "***") } }

    /// `text` with each URL in it as it may be shown: what follows the host may be a secret that nobody told of.
    public static func maskedURLs(in text: String) -> String {
        text.replacing(/[A-Za-z][A-Za-z0-9+.\-]*:\/\/[^\s"'<>]+/) { masked(url: String($0.output)) }
    }

    /// A URL as it may be shown: its scheme, host and port, without user, path and query.
    public static func masked(url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return "***" }
        let authority = url[scheme.upperBound...].prefix { !"/?#".contains($0) }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        return "\(url[..<scheme.lowerBound])://\(host)/***"
    }
}
