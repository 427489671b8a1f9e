/// Why and where a text is not JSON.
public struct JSONError: Error, Equatable, Sendable {
    /// Bytes from the start of the text.
    public let offset: Int
    /// What was expected there.
    public let expected: String

    /// A flaw at `offset`.
    public init(_ offset: Int, _ expected: String) {
        self.offset = offset
        self.expected = expected
    }
}

extension JSONValue {
    /// Reads one JSON document (RFC 8259, so in UTF-8) that fills `text`; nesting deeper than 64 is refused.
    public init(parsing text: RawSpan) throws(JSONError) {
        try text.checkUTF8()
        var cursor = JSONCursor()
        self = try cursor.value(text, depth: 0)
        cursor.skipBlanks(text)
        guard cursor.index == text.byteCount else { throw JSONError(cursor.index, "the end of the document") }
    }

    /// Reads one JSON document that fills `text`.
    public init(parsing text: String) throws(JSONError) {
        var bytes = ByteBuffer(capacity: text.utf8.count)
        bytes.append(text: text)
        self = try bytes.withSpan { (span) throws(JSONError) in try JSONValue(parsing: span) }
    }
}

/// A place in a JSON text, moved on by what it reads.
private struct JSONCursor {
    var index = 0

    mutating func skipBlanks(_ text: RawSpan) {
        while index < text.byteCount, JSONCursor.isBlank(text[index]) { index += 1 }
    }

    static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 }

    mutating func value(_ text: RawSpan, depth: Int) throws(JSONError) -> JSONValue {
        skipBlanks(text)
        guard index < text.byteCount else { throw JSONError(index, "a value") }
        guard depth < 64 else { throw JSONError(index, "less nesting") }
        switch text[index] {
        case 0x7B: return try object(text, depth: depth)
        case 0x5B: return try array(text, depth: depth)
        case 0x22: return .string(try string(text))
        case UInt8(ascii: "t"): return try word(text, "true", .bool(true))
        case UInt8(ascii: "f"): return try word(text, "false", .bool(false))
        case UInt8(ascii: "n"): return try word(text, "null", .null)
        default: return try number(text)
        }
    }

    private mutating func object(_ text: RawSpan, depth: Int) throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        index += 1
        skipBlanks(text)
        if take(text, 0x7D) { return .object([]) }
        while true {
            skipBlanks(text)
            guard index < text.byteCount, text[index] == 0x22 else { throw JSONError(index, "a member name") }
            let name = try string(text)
            skipBlanks(text)
            guard take(text, 0x3A) else { throw JSONError(index, "':'") }
            members.append(.init(name, try value(text, depth: depth + 1)))
            skipBlanks(text)
            if take(text, 0x7D) { return .object(members) }
            guard take(text, 0x2C) else { throw JSONError(index, "',' or '}'") }
        }
    }

    private mutating func array(_ text: RawSpan, depth: Int) throws(JSONError) -> JSONValue {
        var items: [JSONValue] = []
        index += 1
        skipBlanks(text)
        if take(text, 0x5D) { return .array([]) }
        while true {
            items.append(try value(text, depth: depth + 1))
            skipBlanks(text)
            if take(text, 0x5D) { return .array(items) }
            guard take(text, 0x2C) else { throw JSONError(index, "',' or ']'") }
        }
    }

    private mutating func take(_ text: RawSpan, _ byte: UInt8) -> Bool {
        guard index < text.byteCount, text[index] == byte else { return false }
        index += 1
        return true
    }

    private mutating func string(_ text: RawSpan) throws(JSONError) -> String {
        let inside = try text.jsonString(at: index)
        index = inside.range.upperBound + 1
        guard inside.escaped else { return text.text(inside.range) }
        var out = ByteBuffer(capacity: inside.range.count)
        out.appendUnescaped(text, inside.range)
        return out.text
    }

    private mutating func word(_ text: RawSpan, _ name: StaticString, _ value: JSONValue) throws(JSONError)
        -> JSONValue
    {
        let end = index + name.utf8CodeUnitCount
        guard end <= text.byteCount, text.equals(index..<end, name) else { throw JSONError(index, "a value") }
        index = end
        return value
    }

    private mutating func number(_ text: RawSpan) throws(JSONError) -> JSONValue {
        let end = try text.jsonNumber(at: index)
        defer { index = end }
        return .number(text.text(index..<end))
    }
}

extension RawSpan {
    /// Throws where the bytes are not UTF-8, as those of JSON must be.
    @usableFromInline func checkUTF8() throws(JSONError) {
        if let flaw = firstInvalidUTF8(in: 0..<byteCount) { throw JSONError(flaw, "UTF-8") }
    }

    /// The inside of the JSON string whose opening quote stands at `start`, and whether it has escapes.
    @inlinable public func jsonString(at start: Int) throws(JSONError) -> (range: Range<Int>, escaped: Bool) {
        var index = start + 1
        let count = byteCount
        var escaped = false
        while true {
            while index + 8 <= count {
                let word = word(at: index)
                let special = Swar.equal(word, 0x22) | Swar.equal(word, 0x5C) | Swar.less(word, 0x20)
                if special != 0 {
                    index += special.trailingZeroBitCount >> 3
                    break
                }
                index += 8
            }
            guard index < count else { throw JSONError(start, "a closing '\"'") }
            let byte = self[index]
            if byte == 0x22 { return (start + 1..<index, escaped) }
            guard byte >= 0x20 else { throw JSONError(index, "no bare control character in a string") }
            if byte == 0x5C {
                escaped = true
                index = try jsonEscape(at: index)
            } else {
                index += 1
            }
        }
    }

    /// Past the escape that begins at `index`.
    @usableFromInline @inline(never) func jsonEscape(at index: Int) throws(JSONError) -> Int {
        guard index + 1 < byteCount else { throw JSONError(index, "an escape") }
        switch self[index + 1] {
        case 0x22, 0x5C, 0x2F, 0x62, 0x66, 0x6E, 0x72, 0x74: return index + 2
        case 0x75:
            guard hexQuad(index + 2, byteCount) != nil else { throw JSONError(index, "four hexadecimal digits") }
            return index + 6
        default: throw JSONError(index, "a JSON escape")
        }
    }

    /// The end of the JSON number that begins at `start`.
    @inlinable public func jsonNumber(at start: Int) throws(JSONError) -> Int {
        var index = start
        let count = byteCount
        if index < count, self[index] == 0x2D { index += 1 }
        let whole = index
        while index < count, self[index] &- 0x30 < 10 { index += 1 }
        guard index > whole, self[whole] != 0x30 || index == whole + 1 else { throw JSONError(start, "a value") }
        if index < count, self[index] == 0x2E {
            let fraction = index + 1
            index = fraction
            while index < count, self[index] &- 0x30 < 10 { index += 1 }
            guard index > fraction else { throw JSONError(index, "a digit") }
        }
        guard index < count, self[index] | 0x20 == 0x65 else { return index }
        index += 1
        if index < count, self[index] == 0x2B || self[index] == 0x2D { index += 1 }
        let power = index
        while index < count, self[index] &- 0x30 < 10 { index += 1 }
        guard index > power else { throw JSONError(index, "a digit") }
        return index
    }
}
