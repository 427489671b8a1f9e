/// Makes text fit to be shown where it may carry a password.
public enum Secrets {
    /// What stands where a secret was.
    public static let mask = "***"

    /// `text` without the passwords of URLs (RFC 3986, 3.2.1: what follows the colon in `user:password@`), without the
    /// values of what is a secret by its name (`password=...` as connection strings and shells have it, `--token ...`),
    /// and without SQL's `PASSWORD '...'`. Of http and https URLs neither user nor query is left: tokens stand in
    /// either, under any name. All else stays as it is.
    public static func hidden(_ text: String) -> String {
        SecretValues.hidden(in: hidden(userinfoOf: hidden(webAddressesOf: text)))
    }

    /// True for a setting that is a secret as a whole, by its name.
    public static func isSecret(name: String) -> Bool {
        let words = name.lowercased().split { $0 == "_" || $0 == "-" || $0 == "." }
        guard !words.contains("file"), !words.contains("env") else { return false }
        // A key by itself is one of a table, such as rd-clean's columns.
        return words.contains { ["password", "token", "secret", "webhook"].contains($0) }
            || zip(words, words.dropFirst()).contains { ["api", "access", "private"].contains($0) && $1 == "key" }
    }

    private static func hidden(webAddressesOf text: String) -> String {
        guard let mark = text.firstRange(of: "://") else { return text }
        let scheme = text[..<mark.lowerBound].lowercased()
        guard scheme.hasSuffix("http") || scheme.hasSuffix("https") else {
            return text[..<mark.upperBound] + hidden(webAddressesOf: String(text[mark.upperBound...]))
        }
        // What cannot stand in a URL ends it: a shell's quotes and pipes do.
        let address = text[mark.upperBound...].prefix { !$0.isWhitespace && !"'\"<>|)".contains($0) }
        let authority = address.prefix { !"/?#".contains($0) }
        let host = authority.lastIndex(of: "@").map { mask + authority[$0...] } ?? String(authority)
        let path = address[authority.endIndex...].prefix { $0 != "?" }
        let query = path.endIndex < address.endIndex ? "?" + mask : ""
        return text[..<mark.upperBound] + host + path + query
            + hidden(webAddressesOf: String(text[address.endIndex...]))
    }

    private static func hidden(userinfoOf text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        // A password may hold any sign but those that end the authority; the last @ before them is the one that counts.
        let authority = rest.prefix { !"/?# ".contains($0) }
        guard let at = authority.lastIndex(of: "@"), let colon = authority[..<at].firstIndex(of: ":") else {
            return String(text[..<scheme.upperBound]) + hidden(userinfoOf: String(rest))
        }
        return String(text[...colon]) + mask + hidden(userinfoOf: String(text[at...]))
    }
}
