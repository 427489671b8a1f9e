/// Names a run: a UUID of version 7 (RFC 9562, 5.7), so that runs sort by the time they began.
public struct RunID: Equatable, Hashable, Sendable {
    /// The 36 characters of the UUID, in lower case.
    public let text: String

    /// The run that began at `milliseconds` since 1970, told apart by at least ten random bytes.
    public init(milliseconds: Int64, random: [UInt8]) {
        precondition(random.count >= 10)
        var bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) } + random[..<10]
        bytes[6] = 0x70 | bytes[6] & 0x0F
        bytes[8] = 0x80 | bytes[8] & 0x3F
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(0x2D) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 15)])
        }
        self.text = String(decoding: text, as: UTF8.self)
    }

    /// A run named elsewhere; nil where the text is not a UUID.
    public init?(_ text: String) {
        let bytes = Array(text.lowercased().utf8)
        guard bytes.count == 36 else { return nil }
        for (index, byte) in bytes.enumerated() {
            let isDash = [8, 13, 18, 23].contains(index)
            guard isDash ? byte == 0x2D : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte) else {
                return nil
            }
        }
        self.text = String(decoding: bytes, as: UTF8.self)
    }
}
