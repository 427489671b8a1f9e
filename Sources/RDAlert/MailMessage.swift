import RDBytes

/// A notice as a mail (RFC 5322, RFC 2045, RFC 2047), for `sendmail -t`.
public struct MailMessage {
    /// The whole message; lines end with LF, as sendmail takes them from its standard input.
    public let text: String

    /// The mail that tells `notice`, written at `now`. Everything that comes from the alert is encoded, so that no part
    /// of it can end a header or begin another.
    public init(_ notice: AlertNotice, from: String, to: [String], now: Int64, unique: String) {
        let host = from.split(separator: "@").last.map(String.init) ?? "localhost"
        let thread = notice.record.id.map { "\($0).\(notice.record.firstSeen)" } ?? unique
        let first = "<alert.\(thread).\(notice.record.alert.fingerprint)@\(host)>"
        var headers = [
            "From: \(from)", "To: " + to.joined(separator: ",\n "),
            Self.header("Subject", notice.headline), "Date: \(mailDate(now))",
        ]
        // What belongs to one trouble stands together in the reader's mailbox.
        if notice.event == .opened {
            headers.append("Message-ID: \(first)")
        } else {
            headers += [
                "Message-ID: <\(notice.event.rawValue).\(unique)@\(host)>", "In-Reply-To: \(first)",
                "References: \(first)",
            ]
        }
        if notice.record.alert.severity == .critical, notice.event != .resolved { headers.append("Importance: high") }
        headers += [
            "Auto-Submitted: auto-generated", "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: base64",
        ]
        text = headers.joined(separator: "\n") + "\n\n" + Self.base64Lines(Self.body(notice)) + "\n"
    }

    private static func body(_ notice: AlertNotice) -> String {
        let width = notice.facts.map(\.name.count).max() ?? 0
        let lines = notice.facts.map { fact in
            "\(fact.name):" + String(repeating: " ", count: width - fact.name.count + 2) + fact.value
        }
        var text = "\(notice.record.alert.message)\n\n" + lines.joined(separator: "\n") + "\n"
        if let id = notice.record.id, notice.event != .resolved {
            text += "\nrd-alert show \(id)\nrd-alert ack \(id)\n"
        }
        return text
    }

    /// A header whose value may hold anything. What is not short plain ASCII becomes encoded words of whole characters,
    /// on lines of their own of at most 76 (RFC 2047, 2 and 5).
    static func header(_ name: String, _ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !value.contains("=?")
        if isPlain && name.utf8.count + 2 + value.utf8.count <= 78 { return "\(name): \(value)" }
        var words: [[UInt8]] = [[]]
        for character in value.unicodeScalars {
            let bytes = Array(String(character).utf8)
            // A line has at most 76 characters: the header's name or a blank, `=?utf-8?B?` and `?=`, which are twelve, and
            // four for each three bytes.
            let room = (64 - (words.count == 1 ? name.utf8.count + 2 : 1)) / 4 * 3
            if words[words.count - 1].count + bytes.count > room { words.append([]) }
            words[words.count - 1] += bytes
        }
        return "\(name): " + words.map { "=?utf-8?B?\(base64($0))?=" }.joined(separator: "\n ")
    }

    private static func base64Lines(_ text: String) -> String {
        var rest = base64(Array(text.utf8))[...]
        var lines: [Substring] = []
        while !rest.isEmpty {
            lines.append(rest.prefix(76))
            rest = rest.dropFirst(76)
        }
        return lines.joined(separator: "\n")
    }
}

/// Bytes as base64 (RFC 4648, 4).
func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var out: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
        let group = bytes[start..<min(start + 3, bytes.count)]
        let word = group.enumerated().reduce(UInt32(0)) { $0 | UInt32($1.element) << (16 - 8 * UInt32($1.offset)) }
        for place in 0..<4 {
            out.append(place <= group.count ? digits[Int(word >> (18 - 6 * UInt32(place))) & 63] : UInt8(ascii: "="))
        }
    }
    return String(decoding: out, as: UTF8.self)
}
