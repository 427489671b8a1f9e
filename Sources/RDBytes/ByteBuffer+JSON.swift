extension ByteBuffer {
    /// Appends the bytes of `text` as the inside of a JSON string, escaped where JSON asks for it (RFC 8259, 7).
    /// The bytes must be UTF-8.
    @inlinable public mutating func appendEscaped(_ text: RawSpan) {
        let count = text.byteCount
        var index = 0
        reserve(count + 8)
        while index + 8 <= count {
            let word = text.word(at: index)
            let special = Swar.equal(word, 0x22) | Swar.equal(word, 0x5C) | Swar.less(word, 0x20)
            let clean = special == 0 ? 8 : special.trailingZeroBitCount >> 3
            append(word: word.littleEndian, used: clean)
            index += clean
            if clean < 8 {
                appendEscape(text[index])
                index += 1
            }
        }
        while index < count {
            let byte = text[index]
            if byte == 0x22 || byte == 0x5C || byte < 0x20 { appendEscape(byte) } else { append(byte) }
            index += 1
        }
    }

    @usableFromInline @inline(never) mutating func appendEscape(_ byte: UInt8) {
        append(0x5C)
        switch byte {
        case 0x22, 0x5C: append(byte)
        case 0x0A: append(UInt8(ascii: "n"))
        case 0x0D: append(UInt8(ascii: "r"))
        case 0x09: append(UInt8(ascii: "t"))
        case 0x08: append(UInt8(ascii: "b"))
        case 0x0C: append(UInt8(ascii: "f"))
        default:
            append("u00")
            append(hexDigit(byte >> 4))
            append(hexDigit(byte & 15))
        }
    }

    /// Appends `text` as a JSON string with its quotes.
    public mutating func appendQuoted(_ text: String) {
        append(0x22)
        var copy = text
        copy.withUTF8 { appendEscaped(UnsafeRawBufferPointer($0).bytes) }
        append(0x22)
    }

    /// Appends the inside of the JSON string `range` of `line` with its escapes undone.
    /// Unpaired surrogates become U+FFFD. `range` must be the inside of a well-formed string.
    public mutating func appendUnescaped(_ line: RawSpan, _ range: Range<Int>) {
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = line[index]
            index += 1
            guard byte == 0x5C, index < range.upperBound else {
                append(byte)
                continue
            }
            let escape = line[index]
            index += 1
            switch escape {
            case UInt8(ascii: "n"): append(0x0A)
            case UInt8(ascii: "t"): append(0x09)
            case UInt8(ascii: "r"): append(0x0D)
            case UInt8(ascii: "b"): append(0x08)
            case UInt8(ascii: "f"): append(0x0C)
            case UInt8(ascii: "u"): index = appendUnicodeEscape(line, index, range.upperBound)
            default: append(escape)
            }
        }
    }

    private mutating func appendUnicodeEscape(_ line: RawSpan, _ start: Int, _ end: Int) -> Int {
        guard let first = line.hexQuad(start, end) else {
            appendScalar(0xFFFD)
            return min(start + 4, end)
        }
        var index = start + 4
        var scalar = UInt32(first)
        if (0xD800..<0xDC00).contains(first), index + 6 <= end, line[index] == 0x5C,
            line[index + 1] == UInt8(ascii: "u"), let second = line.hexQuad(index + 2, end),
            (0xDC00..<0xE000).contains(second)
        {
            scalar = 0x10000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) - 0xDC00)
            index += 6
        }
        appendScalar(scalar)
        return index
    }

    /// Appends the UTF-8 of a code point; a surrogate becomes U+FFFD.
    public mutating func appendScalar(_ value: UInt32) {
        let scalar = Unicode.Scalar(value) ?? "\u{FFFD}"
        for byte in UTF8.encode(scalar)! { append(byte) }
    }
}

@inlinable func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x61 + value - 10
}

extension RawSpan {
    /// True where the inside of the JSON string `range` has a NUL character, which PostgreSQL's texts cannot hold.
    public func hasEscapedNul(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while let at = firstIndex(of: 0x5C, in: index..<range.upperBound), at + 1 < range.upperBound {
            if self[at + 1] == UInt8(ascii: "u"), hexQuad(at + 2, range.upperBound) == 0 { return true }
            index = at + 2
        }
        return false
    }

    func hexQuad(_ start: Int, _ end: Int) -> UInt16? {
        guard start + 4 <= end else { return nil }
        var value: UInt16 = 0
        for index in start..<start + 4 {
            let byte = self[index]
            switch byte {
            case 0x30...0x39: value = value << 4 | UInt16(byte - 0x30)
            case 0x41...0x46: value = value << 4 | UInt16(byte - 0x41 + 10)
            case 0x61...0x66: value = value << 4 | UInt16(byte - 0x61 + 10)
            default: return nil
            }
        }
        return value
    }
}
