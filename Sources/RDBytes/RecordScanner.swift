/// Reads flat JSON records into a `FieldTable`, fast where members come in the expected order.
///
/// The next member's name is guessed from the one before it (the table remembers what followed it last) and compared
/// eight bytes at a time; only a miss looks the name up. The line is JSON with any white space between tokens, so that records that went through `jq` or `mlr`
/// read as well as our own.
public struct RecordScanner: @unchecked Sendable {
    @usableFromInline let count: Int
    /// For each name its quoted form with the colon in four words, then the four masks of its bytes. Scanners are
    /// constants of the program: what they point to is never given back.
    @usableFromInline let words: UnsafePointer<UInt64>
    @usableFromInline let lengths: UnsafePointer<Int>
    @usableFromInline static let stride = 8

    /// A scanner for records with these members, in their usual order, at most 20 of them, of at most 29 bytes.
    public init(names: [String]) {
        precondition(names.count <= recordSlots)
        count = names.count
        let words = UnsafeMutablePointer<UInt64>.allocate(capacity: names.count * Self.stride)
        let lengths = UnsafeMutablePointer<Int>.allocate(capacity: names.count)
        for (slot, name) in names.enumerated() {
            var bytes = Array("\"\(name)\":".utf8)
            precondition(bytes.count <= 32)
            lengths[slot] = bytes.count
            let used = bytes.count
            bytes += Array(repeating: 0, count: 32 - used)
            for part in 0..<4 {
                var word: UInt64 = 0
                for index in (0..<8).reversed() { word = word << 8 | UInt64(bytes[part * 8 + index]) }
                let valid = min(max(used - part * 8, 0), 8)
                words[slot * Self.stride + part] = word
                words[slot * Self.stride + 4 + part] = valid == 8 ? .max : (1 << UInt64(valid * 8)) - 1
            }
        }
        self.words = UnsafePointer(words)
        self.lengths = UnsafePointer(lengths)
    }

    /// Reads `line` into `table`. The line is one JSON object in UTF-8; the error says where it is not.
    @inlinable public func scan(_ line: RawSpan, into table: inout FieldTable) throws(JSONError) {
        table.known = InlineArray(repeating: FieldValue(0..<0, .absent))
        if !table.others.isEmpty { table.others.removeAll(keepingCapacity: true) }
        if !line.isASCII(0..<line.byteCount) { try line.checkUTF8() }
        var index = line.skipBlanks(0)
        guard index < line.byteCount, line[index] == 0x7B else { throw JSONError(index, "'{'") }
        index = line.skipBlanks(index + 1)
        if index < line.byteCount, line[index] == 0x7D { return try end(line, index + 1) }
        var before = recordSlots
        while true {
            var slot = Int(table.guesses[before])
            var name = index..<index
            if slot >= 0, matches(line, index, slot) {
                index += lengths[slot]
            } else {
                slot = search(line, index, after: before)
                if slot >= 0 {
                    index += lengths[slot]
                    table.guesses[before] = Int8(truncatingIfNeeded: slot)
                } else {
                    name = try line.memberName(at: index)
                    slot = self.slot(line, name)
                    index = line.skipBlanks(name.upperBound + 1)
                    guard index < line.byteCount, line[index] == 0x3A else { throw JSONError(index, "':'") }
                    index += 1
                }
            }
            index = line.skipBlanks(index)
            let value = try line.fieldValue(at: index)
            index = line.skipBlanks(value.outer.upperBound)
            if slot >= 0 {
                table.known[slot] = value
                before = slot
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

    @inline(__always) @inlinable func matches(_ line: RawSpan, _ index: Int, _ slot: Int) -> Bool {
        guard index &+ 32 <= line.byteCount else { return matchesSlowly(line, index, slot) }
        let length = lengths[slot]
        let name = words + slot &* Self.stride
        if (line.word(at: index) ^ name[0]) & name[4] != 0 { return false }
        if length <= 8 { return true }
        if (line.word(at: index &+ 8) ^ name[1]) & name[5] != 0 { return false }
        if length <= 16 { return true }
        if (line.word(at: index &+ 16) ^ name[2]) & name[6] != 0 { return false }
        return length <= 24 || (line.word(at: index &+ 24) ^ name[3]) & name[7] == 0
    }

    @usableFromInline func matchesSlowly(_ line: RawSpan, _ index: Int, _ slot: Int) -> Bool {
        guard index + lengths[slot] <= line.byteCount else { return false }
        for at in 0..<lengths[slot] where line[index + at] != byte(slot, at) { return false }
        return true
    }

    private func byte(_ slot: Int, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: words[slot * Self.stride + index / 8] >> UInt64(index % 8 * 8))
    }

    /// The slot of the compactly written member at `index`: those after `before` first, in order; -1 for none.
    @usableFromInline @inline(never) func search(_ line: RawSpan, _ index: Int, after before: Int) -> Int {
        let first = before == recordSlots ? 0 : before + 1
        for slot in first..<max(count, first) where matches(line, index, slot) { return slot }
        for slot in 0..<min(first, count) where matches(line, index, slot) { return slot }
        return -1
    }

    /// The slot of the member named at `name`; -1 where the scanner does not know it.
    @usableFromInline @inline(never) func slot(_ line: RawSpan, _ name: Range<Int>) -> Int {
        for slot in 0..<count where lengths[slot] - 3 == name.count {
            var index = 0
            while index < name.count, byte(slot, index + 1) == line[name.lowerBound + index] { index += 1 }
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

    /// Past the array at `start` where it is one of plain strings and nothing else, as `imputed` and `outlier` are; nil
    /// for anything that needs more than a look.
    private func wordListEnd(_ start: Int) throws(JSONError) -> Int? {
        var index = start + 1
        while index < byteCount, self[index] == 0x22 {
            index = try jsonString(at: index).range.upperBound + 1
            guard index < byteCount else { return nil }
            if self[index] == 0x5D { return index + 1 }
            guard self[index] == 0x2C else { return nil }
            index += 1
        }
        return nil
    }

    private func nestedEnd(_ start: Int) throws(JSONError) -> Int {
        if self[start] == 0x5B, let end = try wordListEnd(start) { return end }
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
