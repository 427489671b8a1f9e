public import RDBytes

/// What the bytes of a text say about its encoding, gathered block by block.
public struct TextEvidence: Sendable {
    /// Bytes seen.
    public private(set) var bytes = 0
    /// Where the first byte above 0x7F stands; nil where there is none.
    public private(set) var firstHigh: Int?
    /// Where the text stops being UTF-8; nil where it is UTF-8 throughout.
    public private(set) var firstInvalid: Int?
    /// Where the first byte of 0x80 to 0x9F stands, which ISO-8859-1 has only as control characters.
    public private(set) var firstC1: Int?
    private var validator = UTF8Validator()

    /// Nothing seen yet.
    public init() {}

    /// Takes the next block.
    public mutating func update(_ block: RawSpan) {
        let high = block.firstNonASCII(in: 0..<block.byteCount)
        if let high, firstHigh == nil { firstHigh = bytes + high }
        if firstInvalid == nil, high != nil || validator.isInside {
            if let flaw = validator.update(block) { firstInvalid = bytes + flaw }
        }
        if firstC1 == nil, let high { lookForC1(block, from: high) }
        bytes += block.byteCount
    }

    private mutating func lookForC1(_ block: RawSpan, from start: Int) {
        var index = start
        while let next = block.firstNonASCII(in: index..<block.byteCount) {
            if block[next] < 0xA0 {
                firstC1 = bytes + next
                return
            }
            index = next + 1
        }
    }

    /// The encoding that the evidence proves; nil where every byte is ASCII.
    public var encoding: TextEncoding? {
        guard firstHigh != nil else { return nil }
        guard firstInvalid != nil else { return .utf8 }
        return firstC1 != nil ? .windows1252 : .latin1
    }

    /// The evidence in words.
    public var words: String {
        guard let firstHigh else { return "all \(bytes) bytes looked at are ASCII" }
        guard let firstInvalid else { return "bytes above 0x7F from byte \(firstHigh) on are UTF-8" }
        let other = firstC1.map { "byte \($0) is one of 0x80 to 0x9F" } ?? "no byte of 0x80 to 0x9F"
        return "byte \(firstInvalid) is not UTF-8, \(other)"
    }
}

/// Checks UTF-8 (RFC 3629) across blocks.
public struct UTF8Validator: Sendable {
    private var need = 0
    private var low: UInt8 = 0x80
    private var high: UInt8 = 0xBF

    /// At the start of a text.
    public init() {}

    /// True where the last block ended inside a character.
    public var isInside: Bool { need > 0 }

    /// Takes the next block, and says where it stops being UTF-8.
    public mutating func update(_ block: RawSpan) -> Int? {
        var index = 0
        while index < block.byteCount {
            if need == 0 {
                guard let next = block.firstNonASCII(in: index..<block.byteCount) else { return nil }
                index = next
                guard lead(block[index]) else { return index }
            } else {
                guard block[index] >= low, block[index] <= high else { return index }
                (low, high) = (0x80, 0xBF)
                need -= 1
            }
            index += 1
        }
        return nil
    }

    private mutating func lead(_ byte: UInt8) -> Bool {
        (low, high) = (0x80, 0xBF)
        switch byte {
        case 0xC2...0xDF: need = 1
        case 0xE0: (need, low) = (2, 0xA0)
        case 0xED: (need, high) = (2, 0x9F)
        case 0xE1...0xEF: need = 2
        case 0xF0: (need, low) = (3, 0x90)
        case 0xF4: (need, high) = (3, 0x8F)
        case 0xF1...0xF3: need = 3
        default: return false
        }
        return true
    }
}
