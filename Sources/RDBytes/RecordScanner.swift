/// A value of a flat JSON record: where it stands in its line.
public struct FieldValue: Equatable, Sendable {
    /// What kind of JSON value it is.
    public enum Kind: UInt8, Sendable {
        /// The record has no such member.
        case absent
        case null
        case string
        /// A string with escapes in it: undo them before its bytes mean anything.
        case escapedString
        case number
        case bool
        /// An array or object, brackets included.
        case nested
    }

    /// First byte; for a string the one after its opening quote.
    public var start: Int32
    /// Past the last byte; for a string its closing quote.
    public var end: Int32
    /// What stands there.
    public var kind: Kind

    /// A value at `range`.
    @inlinable public init(_ range: Range<Int>, _ kind: Kind) {
        start = Int32(truncatingIfNeeded: range.lowerBound)
        end = Int32(truncatingIfNeeded: range.upperBound)
        self.kind = kind
    }

    /// Where it stands.
    @inlinable public var range: Range<Int> { Int(start)..<Int(end) }
    /// True for a string, with or without escapes.
    @inlinable public var isString: Bool { kind == .string || kind == .escapedString }
    /// True where there is no value.
    @inlinable public var isMissing: Bool { kind == .absent || kind == .null }
    /// The value as it stands in JSON, quotes included.
    @inlinable public var outer: Range<Int> { isString ? Int(start) - 1..<Int(end) + 1 : range }
}

/// The most members of a record that a scanner knows by name.
public let recordSlots = 20

/// The values of one record: known members by slot, the others in order.
public struct FieldTable {
    /// By slot of the scanner's names; `absent` where the record has no such member.
    public var known = InlineArray<20, FieldValue>(repeating: FieldValue(0..<0, .absent))
    /// Members that the scanner has no name for: where each name (inside its quotes) and its value stand.
    public var others: [(name: Range<Int>, value: FieldValue)] = []

    /// A table with nothing in it.
    public init() {}

    /// The value in `slot`.
    @inlinable public subscript(slot: Int) -> FieldValue { known[slot] }
}

/// Reads flat JSON records into a `FieldTable`, fast where members come in the expected order.
///
/// The next member's name is guessed from the one before it and compared eight bytes at a time; only a miss looks the
/// name up. The line is JSON with any white space between tokens, so that records that went through `jq` or `mlr`
/// read as well as our own.
public struct RecordScanner: Sendable {
    @usableFromInline let names: [[UInt8]]
    @usableFromInline let words: [UInt64]
    @usableFromInline let masks: [UInt64]
    @usableFromInline static let stride = 4

    /// A scanner for records with these members, in their usual order, at most 20 of them.
    public init(names: [String]) {
        precondition(names.count <= recordSlots)
        self.names = names.map { Array($0.utf8) }
        var words: [UInt64] = []
        var masks: [UInt64] = []
        for name in names {
            var bytes = Array("\"\(name)\":".utf8)
            precondition(bytes.count <= 8 * Self.stride)
            let used = bytes.count
            bytes += Array(repeating: 0, count: 8 * Self.stride - used)
            for part in 0..<Self.stride {
                var word: UInt64 = 0
                for index in (0..<8).reversed() { word = word << 8 | UInt64(bytes[part * 8 + index]) }
                words.append(word)
                let valid = min(max(used - part * 8, 0), 8)
                masks.append(valid == 8 ? .max : (1 << UInt64(valid * 8)) - 1)
            }
        }
        self.words = words
        self.masks = masks
    }

    /// Reads `line` into `table`. The line is one JSON object; the error says where it is not.
    @inlinable public func scan(_ line: RawSpan, into table: inout FieldTable) throws(JSONError) {
        table.known = InlineArray(repeating: FieldValue(0..<0, .absent))
        if !table.others.isEmpty { table.others.removeAll(keepingCapacity: true) }
        var index = line.skipBlanks(0)
        guard index < line.byteCount, line[index] == 0x7B else { throw JSONError(index, "'{'") }
        index = line.skipBlanks(index + 1)
        if index < line.byteCount, line[index] == 0x7D { return try end(line, index + 1) }
        var guess = 0
        while true {
            let slot: Int
            var name = index..<index
            if matches(line, index, guess) {
                slot = guess
                index += names[guess].count + 3
            } else {
                name = try line.memberName(at: index)
                slot = self.slot(line, name)
                index = line.skipBlanks(name.upperBound + 1)
                guard index < line.byteCount, line[index] == 0x3A else { throw JSONError(index, "':'") }
                index += 1
            }
            index = line.skipBlanks(index)
            let value = try line.fieldValue(at: index)
            index = line.skipBlanks(value.outer.upperBound)
            if slot >= 0 {
                table.known[slot] = value
                guess = slot + 1
            } else {
                table.others.append((name, value))
            }
            guard index < line.byteCount else { throw JSONError(index, "',' or '}'") }
            let byte = line[index]
            if byte == 0x2C {
                index = line.skipBlanks(index + 1)
            } else if byte == 0x7D {
                return try end(line, index + 1)
            } else {
                throw JSONError(index, "',' or '}'")
            }
        }
    }

    @usableFromInline func end(_ line: RawSpan, _ index: Int) throws(JSONError) {
        guard line.skipBlanks(index) == line.byteCount else { throw JSONError(index, "the end of the line") }
    }

    @inlinable func matches(_ line: RawSpan, _ index: Int, _ slot: Int) -> Bool {
        guard slot < names.count else { return false }
        let length = names[slot].count + 3
        let first = slot &* Self.stride
        guard index &+ 32 <= line.byteCount else { return matchesSlowly(line, index, slot) }
        if (line.word(at: index) ^ words[first]) & masks[first] != 0 { return false }
        if length <= 8 { return true }
        if (line.word(at: index &+ 8) ^ words[first &+ 1]) & masks[first &+ 1] != 0 { return false }
        if length <= 16 { return true }
        if (line.word(at: index &+ 16) ^ words[first &+ 2]) & masks[first &+ 2] != 0 { return false }
        return length <= 24 || (line.word(at: index &+ 24) ^ words[first &+ 3]) & masks[first &+ 3] == 0
    }

    @usableFromInline func matchesSlowly(_ line: RawSpan, _ index: Int, _ slot: Int) -> Bool {
        let name = names[slot]
        let end = index + name.count + 3
        guard end <= line.byteCount, line[index] == 0x22, line[end - 2] == 0x22, line[end - 1] == 0x3A else {
            return false
        }
        for at in 0..<name.count where line[index + 1 + at] != name[at] { return false }
        return true
    }

    /// The slot of the member named at `name`; -1 where the scanner does not know it.
    @usableFromInline @inline(never) func slot(_ line: RawSpan, _ name: Range<Int>) -> Int {
        for slot in 0..<names.count where names[slot].count == name.count {
            var index = 0
            while index < name.count, names[slot][index] == line[name.lowerBound + index] { index += 1 }
            if index == name.count { return slot }
        }
        return -1
    }
}

extension RawSpan {
    @inlinable func skipBlanks(_ start: Int) -> Int {
        var index = start
        let count = byteCount
        while index < count {
            let byte = self[index]
            guard byte == 0x20 || byte == 0x09 || byte == 0x0D || byte == 0x0A else { break }
            index += 1
        }
        return index
    }

    @usableFromInline @inline(never) func memberName(at index: Int) throws(JSONError) -> Range<Int> {
        guard index < byteCount, self[index] == 0x22 else { throw JSONError(index, "a member name") }
        return try jsonString(at: index).range
    }

    /// The value that begins at `index`.
    @inlinable func fieldValue(at index: Int) throws(JSONError) -> FieldValue {
        guard index < byteCount else { throw JSONError(index, "a value") }
        let byte = self[index]
        if byte == 0x22 {
            let inside = try jsonString(at: index)
            return FieldValue(inside.range, inside.escaped ? .escapedString : .string)
        }
        if byte == 0x2D || byte &- 0x30 < 10 { return FieldValue(index..<(try jsonNumber(at: index)), .number) }
        return try otherValue(at: index)
    }

    @usableFromInline @inline(never) func otherValue(at index: Int) throws(JSONError) -> FieldValue {
        switch self[index] {
        case UInt8(ascii: "n"): return FieldValue(try jsonWord(at: index, "null"), .null)
        case UInt8(ascii: "t"): return FieldValue(try jsonWord(at: index, "true"), .bool)
        case UInt8(ascii: "f"): return FieldValue(try jsonWord(at: index, "false"), .bool)
        case 0x7B, 0x5B: return FieldValue(index..<(try nestedEnd(index)), .nested)
        default: throw JSONError(index, "a value")
        }
    }

    private func jsonWord(at index: Int, _ word: StaticString) throws(JSONError) -> Range<Int> {
        let range = index..<index + word.utf8CodeUnitCount
        guard range.upperBound <= byteCount, equals(range, word) else { throw JSONError(index, "a value") }
        return range
    }

    private func nestedEnd(_ start: Int) throws(JSONError) -> Int {
        var depth = 0
        var index = start
        while index < byteCount {
            switch self[index] {
            case 0x22: index = try jsonString(at: index).range.upperBound
            case 0x7B, 0x5B: depth += 1
            case 0x7D, 0x5D:
                depth -= 1
                if depth == 0 {
                    _ = try JSONValue(parsing: extracting(start..<index + 1))
                    return index + 1
                }
            default: break
            }
            index += 1
        }
        throw JSONError(start, "a closing bracket")
    }
}
