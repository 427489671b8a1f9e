import RDBytes

/// The moment that a run was due, in ISO 8601 with an offset as RFC 3339 has it: `2026-11-23T02:00:00+01:00`.
public struct NominalTime: Equatable, Sendable {
    /// The moment as it was written.
    public let text: String

    /// Nil where `text` is no such moment.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isLocal = bytes.count > 19 && bytes[10] == UInt8(ascii: "T")
        guard isLocal, bytes.withUnsafeBytes({ Timestamp($0.bytes, 0..<19) }) != nil else { return nil }
        var rest = bytes[19...]
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix(while: Self.isDigit)
            guard !digits.isEmpty else { return nil }
            rest = bytes[digits.endIndex...]
        }
        guard Self.isOffset(rest) else { return nil }
        self.text = text
    }

    /// `Z`, or a sign, hours, a colon and minutes.
    private static func isOffset(_ bytes: ArraySlice<UInt8>) -> Bool {
        let all = Array(bytes)
        if all == [UInt8(ascii: "Z")] { return true }
        guard all.count == 6, all[0] == UInt8(ascii: "+") || all[0] == UInt8(ascii: "-"), all[3] == UInt8(ascii: ":"),
            let hours = number(all[1...2]), let minutes = number(all[4...5])
        else { return false }
        return hours < 24 && minutes < 60
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int? {
        digits.allSatisfy(isDigit) ? Int(String(decoding: digits, as: UTF8.self)) : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
