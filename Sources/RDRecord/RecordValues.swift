public import RDBytes

extension FieldTable {
    /// The content of the string or number in `slot` without blanks around it; nil where it is null, absent or blank.
    @inline(__always) @inlinable public func text(_ line: RawSpan, _ slot: Int) throws(RowFlaw) -> Range<Int>? {
        let value = known[slot]
        switch value.kind {
        case .string, .number:
            let range = line.trimmed(value.range)
            return range.isEmpty ? nil : range
        case .escapedString: return try escapedText(line, slot)
        case .absent, .null: return nil
        case .bool, .nested: throw badType(slot, "a string")
        }
    }

    @usableFromInline @inline(never) func escapedText(_ line: RawSpan, _ slot: Int) throws(RowFlaw) -> Range<Int>? {
        let range = line.trimmed(known[slot].range)
        guard !line.hasEscapedNul(range) else { throw .nulByte(Field.names[slot]) }
        return range.isEmpty ? nil : range
    }

    /// The whole number in `slot`, which may stand in quotes or have a fraction of zeros.
    @inline(__always) @inlinable public func integer(_ line: RawSpan, _ slot: Int) throws(RowFlaw) -> Int64 {
        guard let range = try text(line, slot) else { throw missing(slot) }
        if let value = line.integer(range) { return value }
        return try wholeDecimal(line, range, slot)
    }

    /// The decimal in `slot`, in ten-thousandths; it may stand in quotes.
    @inline(__always) @inlinable public func decimal(_ line: RawSpan, _ slot: Int) throws(RowFlaw) -> Int64 {
        guard let range = try text(line, slot) else { throw missing(slot) }
        do {
            return try Decimal4.parse(line, range)
        } catch {
            throw badDecimal(line, range, slot, error)
        }
    }

    @usableFromInline @inline(never) func wholeDecimal(_ line: RawSpan, _ range: Range<Int>, _ slot: Int)
        throws(RowFlaw) -> Int64
    {
        if let scaled = try? Decimal4.parse(line, range), scaled % Decimal4.scale == 0 {
            return scaled / Decimal4.scale
        }
        throw RowFlaw(
            code: .badInteger, field: Field.names[slot], detail: "'\(line.shortText(range))' is not a whole number")
    }

    @usableFromInline @inline(never) func badDecimal(
        _ line: RawSpan, _ range: Range<Int>, _ slot: Int, _ flaw: Decimal4.Flaw
    ) -> RowFlaw {
        let text = line.shortText(range)
        return flaw == .malformed
            ? RowFlaw(code: .badDecimal, field: Field.names[slot], detail: "'\(text)' is not a decimal number")
            : RowFlaw(
                code: .numberOutOfRange, field: Field.names[slot],
                detail: "'\(text)' is too large or has over four places")
    }

    /// The flaw of a row without a value in `slot`.
    @inline(never) public func missing(_ slot: Int) -> RowFlaw {
        RowFlaw(code: .missingValue, field: Field.names[slot], detail: "the value is missing")
    }

    @usableFromInline @inline(never) func badType(_ slot: Int, _ expected: String) -> RowFlaw {
        RowFlaw(code: .badType, field: Field.names[slot], detail: "the value is not \(expected)")
    }
}

/// The date of the last record, kept as it was read and as the stream writes it: rows of one invoice share it.
public struct DateMemory: ~Copyable {
    private var source = ByteBuffer(capacity: 64)
    private var written = ByteBuffer(capacity: 64)
    /// The moment that was read last.
    public private(set) var moment = Timestamp(seconds: 0)
    /// Its day as yyyymmdd.
    public private(set) var dateKey = 0
    /// The earliest and latest moments allowed; nil for no bound.
    public var bounds: (least: Int64?, greatest: Int64?) = (nil, nil)

    /// Nothing read yet.
    public init() {}

    /// Reads the date in `range` where it is another than the last.
    @inline(__always) @inlinable public mutating func read(_ line: RawSpan, _ range: Range<Int>) throws(RowFlaw) {
        if !isLast(line, range) { try readNew(line, range) }
    }

    @usableFromInline func isLast(_ line: RawSpan, _ range: Range<Int>) -> Bool {
        !source.isEmpty && source.equals(line, range)
    }

    @usableFromInline @inline(never) mutating func readNew(_ line: RawSpan, _ range: Range<Int>) throws(RowFlaw) {
        guard let read = Timestamp(line, range) else {
            throw RowFlaw(
                code: .badDatetime, field: "invoice_date",
                detail: "'\(line.shortText(range))' is not an ISO 8601 local time")
        }
        if read.seconds < bounds.least ?? .min || read.seconds > bounds.greatest ?? .max {
            throw RowFlaw(
                code: .dateOutOfRange, field: "invoice_date", detail: "'\(read.text)' is outside the schema's bounds")
        }
        moment = read
        dateKey = read.dateKey
        source.removeAll()
        source.append(line, range)
        written.removeAll()
        read.append(to: &written)
    }

    /// Appends the last date as the stream writes it.
    public func append(to out: inout ByteBuffer) { out.append(contentsOf: written.bytes) }
}

extension RawSpan {
    /// True where the string `range` has only the escapes that the suite itself writes, so that equal texts are equal
    /// bytes.
    public func hasMinimalEscapes(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while let at = firstIndex(of: 0x5C, in: index..<range.upperBound), at + 1 < range.upperBound {
            switch self[at + 1] {
            case 0x2F: return false
            case 0x75: return false
            default: index = at + 2
            }
        }
        return true
    }
}

extension ByteBuffer {
    /// Appends `line` with every string of the known members in its shortest form, so that equal texts are equal bytes.
    public mutating func appendCanonical(_ line: RawSpan, _ table: FieldTable) {
        append(0x7B)
        var isFirst = true
        for slot in 0..<Field.names.count where table[slot].kind != .absent {
            if !isFirst { append(0x2C) }
            isFirst = false
            appendQuoted(Field.names[slot])
            append(0x3A)
            guard table[slot].kind == .escapedString else {
                append(line, table[slot].outer)
                continue
            }
            var plain = ByteBuffer(capacity: table[slot].range.count + 8)
            plain.appendUnescaped(line, table[slot].range)
            append(0x22)
            plain.withSpan { appendEscaped($0) }
            append(0x22)
        }
        for other in table.others {
            if !isFirst { append(0x2C) }
            isFirst = false
            append(0x22)
            append(line, other.name)
            append("\":")
            append(line, other.value.outer)
        }
        append(0x7D)
    }
}
