/// The encodings of text that files come in.
public enum TextEncoding: String, Sendable, CaseIterable {
    case utf8 = "utf-8"
    case latin1 = "iso-8859-1"
    case windows1252 = "windows-1252"
    case utf16LittleEndian = "utf-16le"
    case utf16BigEndian = "utf-16be"

    /// The encoding under one of its usual names: `utf8`, `latin1`, `cp1252`, `utf-16`...; nil for another.
    public init?(name: String) {
        switch name.lowercased().filter({ $0 != "-" && $0 != "_" }) {
        case "utf8", "ascii", "usascii", "utf8bom": self = .utf8
        case "iso88591", "latin1": self = .latin1
        case "windows1252", "cp1252": self = .windows1252
        case "utf16le", "utf16": self = .utf16LittleEndian
        case "utf16be": self = .utf16BigEndian
        default: return nil
        }
    }

    /// True for the encodings whose bytes must be turned into UTF-8 before cells are told apart.
    public var isWide: Bool { self == .utf16LittleEndian || self == .utf16BigEndian }

    /// True where a byte above 0x7F is one character.
    public var isSingleByte: Bool { self == .latin1 || self == .windows1252 }
}

extension RawSpan {
    /// True where no byte of `range` is above 0x7F.
    @inlinable public func isASCII(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        var seen: UInt64 = 0
        while index &+ 8 <= range.upperBound {
            seen |= word(at: index)
            index &+= 8
        }
        while index < range.upperBound {
            seen |= UInt64(self[index])
            index &+= 1
        }
        return seen & Swar.high == 0
    }

    /// Where the first byte above 0x7F stands; nil where there is none.
    public func firstNonASCII(in range: Range<Int>) -> Int? {
        var index = range.lowerBound
        while index + 4096 <= range.upperBound, isASCII(index..<index + 4096) { index += 4096 }
        while index < range.upperBound {
            if self[index] >= 0x80 { return index }
            index += 1
        }
        return nil
    }

    /// Where the bytes of `range` stop being UTF-8 (RFC 3629); nil where they all are. An incomplete sequence at the
    /// end counts as a flaw only where `atEnd` is true.
    public func firstInvalidUTF8(in range: Range<Int>, atEnd: Bool = true) -> Int? {
        var index = range.lowerBound
        let end = range.upperBound
        while index < end {
            guard let next = firstNonASCII(in: index..<end) else { return nil }
            let size = sequenceLength(next, end)
            if size == 0 { return next }
            if size < 0 { return atEnd ? next : nil }
            index = next + size
        }
        return nil
    }

    /// Bytes of the sequence at `index`; 0 for an invalid one, -1 for one cut off by `end`.
    private func sequenceLength(_ index: Int, _ end: Int) -> Int {
        let lead = self[index]
        let size: Int
        var low: UInt8 = 0x80
        var high: UInt8 = 0xBF
        switch lead {
        case 0xC2...0xDF: size = 2
        case 0xE0: (size, low) = (3, 0xA0)
        case 0xED: (size, high) = (3, 0x9F)
        case 0xE1...0xEF: size = 3
        case 0xF0: (size, low) = (4, 0x90)
        case 0xF4: (size, high) = (4, 0x8F)
        case 0xF1...0xF3: size = 4
        default: return 0
        }
        for place in 1..<size {
            guard index + place < end else { return -1 }
            let byte = self[index + place]
            guard byte >= (place == 1 ? low : 0x80), byte <= (place == 1 ? high : 0xBF) else { return 0 }
        }
        return size
    }
}

extension ByteBuffer {
    /// Appends `text`, bytes of a single-byte encoding, as UTF-8. The five bytes that Windows-1252 leaves open become
    /// the C1 controls of the same number, as the WHATWG Encoding Standard has it.
    public mutating func appendDecoded(_ text: RawSpan, _ range: Range<Int>, from encoding: TextEncoding) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            index += 1
            if byte < 0x80 {
                append(byte)
            } else if encoding == .windows1252, byte < 0xA0 {
                appendScalar(UInt32(windows1252[Int(byte - 0x80)]))
            } else {
                append(0xC0 | byte >> 6)
                append(0x80 | byte & 0x3F)
            }
        }
    }

    /// Appends UTF-16 code units as UTF-8 and says how many bytes it took: all but a last odd byte or a last lead
    /// surrogate whose partner may still come. `atEnd` takes those as U+FFFD.
    public mutating func appendUTF16(_ text: RawSpan, bigEndian: Bool, atEnd: Bool) -> Int {
        var index = 0
        let count = text.byteCount
        while index + 2 <= count {
            let unit = text.unit(index, bigEndian)
            var scalar = UInt32(unit)
            var size = 2
            if unit & 0xFC00 == 0xD800 {
                if index + 4 > count, !atEnd { return index }
                let second = index + 4 <= count ? text.unit(index + 2, bigEndian) : 0
                if second & 0xFC00 == 0xDC00 {
                    scalar = 0x10000 + (UInt32(unit) - 0xD800) << 10 + UInt32(second) - 0xDC00
                    size = 4
                }
            }
            if scalar < 0x80 { append(UInt8(scalar)) } else { appendScalar(scalar) }
            index += size
        }
        if index < count, atEnd {
            appendScalar(0xFFFD)
            index = count
        }
        return index
    }
}

extension RawSpan {
    fileprivate func unit(_ index: Int, _ bigEndian: Bool) -> UInt16 {
        let word = unsafeLoadUnaligned(fromByteOffset: index, as: UInt16.self)
        return bigEndian ? UInt16(bigEndian: word) : UInt16(littleEndian: word)
    }
}

/// Code points of the bytes 0x80 to 0x9F. Source: index-windows-1252.txt of the WHATWG Encoding Standard.
private let windows1252: [UInt16] = [
    0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
    0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
    0x0153, 0x009D, 0x017E, 0x0178,
]
