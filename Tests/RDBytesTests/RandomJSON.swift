import RDBytes
import RDTesting

extension SeededRandom {
    /// A tree of at most `depth` levels.
    mutating func json(depth: Int) -> JSONValue {
        switch below(depth > 0 ? 8 : 5) {
        case 0: return .null
        case 1: return .bool(oneIn(2))
        case 2: return .number(number())
        case 3, 4: return .string(text(upTo: 12))
        case 5: return .array((0..<below(5)).map { _ in json(depth: depth - 1) })
        default: return .object((0..<below(5)).map { _ in JSONValue.Member(text(upTo: 6), json(depth: depth - 1)) })
        }
    }

    /// The text of a number as RFC 8259 has it.
    mutating func number() -> String {
        var text = oneIn(3) ? "-" : ""
        text += oneIn(4) ? "0" : String(next() >> UInt64(below(63)) | 1)
        if oneIn(2) { text += ".\(below(1000))" }
        if oneIn(4) { text += pick(["e", "E"]) + pick(["", "+", "-"]) + String(below(40)) }
        return text
    }

    /// White space as JSON allows it between tokens.
    mutating func blanks() -> String {
        String(decoding: bytes(upTo: oneIn(3) ? 3 : 0, of: " \t\r\n"), as: UTF8.self)
    }

    /// `value` as JSON with white space anywhere, and with some characters of strings as escapes.
    mutating func loose(_ value: JSONValue) -> String {
        let inside: String
        switch value {
        case .array(let items):
            inside = "[" + items.map { loose($0) }.joined(separator: ",") + (items.isEmpty ? blanks() : "") + "]"
        case .object(let members):
            let parts = members.map { "\(blanks())\(string($0.name))\(blanks()):\(loose($0.value))" }
            inside = "{" + parts.joined(separator: ",") + (members.isEmpty ? blanks() : "") + "}"
        case .string(let text): inside = string(text)
        default: inside = value.text
        }
        return blanks() + inside + blanks()
    }

    /// `text` as a JSON string in which any character may stand as an escape.
    mutating func string(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            if scalar.value >= 0x20, scalar != "\"", scalar != "\\", !oneIn(6) {
                result.unicodeScalars.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16, uppercase: oneIn(2))
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
        return result + "\""
    }
}
