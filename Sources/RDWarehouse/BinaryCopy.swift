import RDBytes

/// PostgreSQL's binary COPY format (PostgreSQL documentation, "COPY", Binary Format) and the binary forms of the types
/// that the warehouse has (src/backend/utils/adt of the server).
extension ByteBuffer {
    /// The signature, no flags and no header extension, which every COPY begins with.
    mutating func appendCopyHeader() {
        append("PGCOPY\n")
        append(0xFF)
        append("\r\n")
        for _ in 0..<9 { append(0) }
    }

    /// The end of the rows.
    mutating func appendCopyTrailer() {
        append(0xFF)
        append(0xFF)
    }

    /// The start of a row of `count` columns.
    @inline(__always) mutating func appendRow(columns count: Int16) { appendBigEndian(count) }

    @inline(__always) mutating func appendBigEndian(_ value: Int16) {
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    @inline(__always) private mutating func appendBigEndian(_ value: Int32) {
        append(word: UInt64(UInt32(bitPattern: value.bigEndian)), used: 4)
    }

    /// A `bigint`.
    @inline(__always) mutating func appendColumn(_ value: Int64) {
        appendBigEndian(Int32(8))
        append(word: UInt64(bitPattern: value.bigEndian), used: 8)
    }

    /// An `integer`.
    @inline(__always) mutating func appendColumn(_ value: Int32) {
        append(
            word: UInt64(UInt32(bitPattern: Int32(4).bigEndian)) | UInt64(UInt32(bitPattern: value.bigEndian)) << 32,
            used: 8)
    }

    /// A `boolean`.
    mutating func appendColumn(_ value: Bool) {
        appendBigEndian(Int32(1))
        append(value ? 1 : 0)
    }

    /// NULL.
    @inline(__always) mutating func appendNull() { appendBigEndian(Int32(-1)) }

    /// A `text`, whose bytes are UTF-8.
    @inline(__always) mutating func appendColumn(_ text: RawSpan) {
        appendBigEndian(Int32(truncatingIfNeeded: text.byteCount))
        append(text)
    }

    /// A `text`; nil is NULL. NUL characters, which PostgreSQL's texts cannot hold, become U+FFFD.
    mutating func appendColumn(_ text: String?) {
        guard let text else { return appendNull() }
        let clean = text.utf8.contains(0) ? text.replacing("\0", with: "\u{FFFD}") : text
        appendBigEndian(Int32(clean.utf8.count))
        append(text: clean)
    }

    /// A `text` from the inside of a JSON string.
    mutating func appendColumn(_ line: RawSpan, _ value: FieldValue) {
        guard value.kind == .escapedString else { return appendColumn(line.extracting(value.range)) }
        let mark = count
        appendBigEndian(Int32(0))
        appendUnescaped(line, value.range)
        overwrite(Int32(truncatingIfNeeded: count - mark - 4), at: mark)
    }

    /// A `timestamp` of whole seconds: microseconds since 2000-01-01.
    @inline(__always) mutating func appendColumn(_ moment: Timestamp) {
        appendColumn((moment.seconds - 946_684_800) &* 1_000_000)
    }

    /// A `numeric` from ten-thousandths: digits of base 10,000, the last of which is the whole fraction.
    @inline(__always) mutating func appendColumn(decimal value: Int64) {
        reserve(64)
        var rest = value.magnitude
        var digits = InlineArray<6, Int16>(repeating: 0)
        var used = 0
        while rest > 0 {
            digits[used] = Int16(truncatingIfNeeded: rest % 10_000)
            rest /= 10_000
            used += 1
        }
        // Zeros at the end are not stored; the weight says where the first digit stands.
        var last = 0
        while last < used, digits[last] == 0 { last += 1 }
        appendBigEndian(Int32(8 + 2 * (used - last)))
        appendBigEndian(Int16(used - last))
        appendBigEndian(Int16(max(used - 2, -1)))
        appendBigEndian(Int16(value < 0 ? 0x4000 : 0))
        appendBigEndian(Int16(4))
        var index = used - 1
        while index >= last {
            appendBigEndian(digits[index])
            index -= 1
        }
    }

    /// A `uuid` from its 36 characters.
    mutating func appendColumn(uuid text: String) {
        appendBigEndian(Int32(16))
        var high: UInt8?
        for byte in text.utf8 where byte != 0x2D {
            let digit = byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57
            if let first = high {
                append(first << 4 | digit)
                high = nil
            } else {
                high = digit
            }
        }
    }
}
