/// Finds values that are secrets by the names that stand before them.
struct SecretValues {
    private let text: [UInt8]
    private var index = 0
    /// What was copied, with the mask in place of secrets.
    private var out: [UInt8] = []
    private var copied = 0

    /// `text` with the mask in place of each value that its name says is a secret.
    static func hidden(in text: String) -> String {
        var values = SecretValues(text: Array(text.utf8))
        while values.index < values.text.count { values.step() }
        guard values.copied > 0 else { return text }
        return String(decoding: values.out + values.text[values.copied...], as: UTF8.self)
    }

    private init(text: [UInt8]) { self.text = text }

    /// Takes one name, or one byte that belongs to none.
    private mutating func step() {
        let start = index
        while index < text.count, isOfName(text[index]) { index += 1 }
        guard index > start else { return index += 1 }
        let isOfQuery = start > 0 && (text[start - 1] == UInt8(ascii: "?") || text[start - 1] == UInt8(ascii: "&"))
        let name = String(decoding: text[start..<index], as: UTF8.self).lowercased()
        guard isSecret(name, isOfQuery: isOfQuery), let value = value(after: name, from: index) else { return }
        hide(from: value, to: end(of: value, isOfQuery: isOfQuery))
    }

    private mutating func hide(from start: Int, to end: Int) {
        out += text[copied..<start]
        out += Array(Secrets.mask.utf8)
        copied = end
        index = end
    }

    /// Where the value of what is called `name` begins: behind `=`, behind the option that takes it as the next word,
    /// or as a string of SQL; nil where none follows.
    private func value(after name: String, from place: Int) -> Int? {
        let next = skipBlanks(place)
        guard next < text.count else { return nil }
        if text[next] == UInt8(ascii: "=") { return skipBlanks(next + 1) }
        guard next > place else { return nil }
        if name.hasPrefix("--"), text[next] != UInt8(ascii: "-"), text[next] != UInt8(ascii: "|") { return next }
        return name.hasSuffix("password") && text[next] == UInt8(ascii: "'") ? next : nil
    }

    private func skipBlanks(_ place: Int) -> Int {
        var place = place
        while place < text.count, text[place] == 0x20 { place += 1 }
        return place
    }

    /// The end of a value: that of its quotes, in which a backslash takes the meaning from what follows; else a blank or
    /// the next parameter. In a query it is also what cannot stand in a URL.
    private func end(of start: Int, isOfQuery: Bool) -> Int {
        guard start < text.count else { return start }
        let quote = text[start]
        guard quote == UInt8(ascii: "'") || quote == UInt8(ascii: "\"") else {
            let ends = isOfQuery ? Array("&# \t\n'\"<>)".utf8) : Array("& \t\n".utf8)
            return text[start...].firstIndex { ends.contains($0) } ?? text.count
        }
        var place = start + 1
        while place < text.count {
            if text[place] == UInt8(ascii: "\\") {
                place += 2
            } else if text[place] != quote {
                place += 1
            } else if place + 1 < text.count, text[place + 1] == quote {
                // SQL writes a quote within quotes as two of them.
                place += 2
            } else {
                break
            }
        }
        return min(place + 1, text.count)
    }

    /// True where the name says so: at its end, as `PGPASSWORD` and `accessToken` do and `passwordless` does not. In the
    /// query of a URL a key and a signature are secrets too.
    private func isSecret(_ name: String, isOfQuery: Bool) -> Bool {
        let ends = ["password", "passwd", "secret", "token", "apikey", "webhook"]
        if ends.contains(where: name.hasSuffix) { return true }
        let words = name.split { $0 == "_" || $0 == "-" || $0 == "." }
        guard let last = words.last else { return false }
        let before = words.dropLast().last.map(String.init) ?? ""
        if last == "key", ["api", "access", "private", "secret"].contains(before) { return true }
        let further = ["key", "sig", "signature", "credential", "credentials", "pwd", "pass", "auth"]
        return isOfQuery && further.contains(String(last))
    }
}

private func isOfName(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }
}
