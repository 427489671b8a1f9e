import RDBytes

extension RawSpan {
    /// True where `range` has neither two blanks in a row nor an escape nor a byte that may begin a non-breaking space.
    @inline(__always) func isTidy(_ range: Range<Int>) -> Bool {
        var index = range.lowerBound
        while index &+ 8 <= range.upperBound {
            let word = word(at: index)
            let blanks = ones(word, 0x20)
            if blanks & (blanks >> 8) != 0 || ones(word, 0x5C) != 0 || ones(word, 0xC2) != 0 { return false }
            index &+= 7
        }
        var previous: UInt8 = 0
        while index < range.upperBound {
            let byte = self[index]
            if byte == 0x5C || byte == 0xC2 || byte == 0x09 || byte == 0x20 && previous == 0x20 { return false }
            previous = byte
            index &+= 1
        }
        return true
    }

    /// Sets the top bit of each byte equal to `byte`, and perhaps of bytes above one that is.
    @inline(__always) private func ones(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let low: UInt64 = 0x0101_0101_0101_0101
        let mixed = word ^ (low &* UInt64(byte))
        return (mixed &- low) & ~mixed & 0x8080_8080_8080_8080
    }
}

extension ByteBuffer {
    /// Appends the JSON string content `range` with runs of white space (blanks, tabs, line ends and non-breaking
    /// spaces) made one blank, and none at its ends. Says whether anything is left.
    @inline(__always) mutating func appendTidy(_ line: RawSpan, _ range: Range<Int>) -> Bool {
        let trimmed = line.trimmed(range)
        guard !trimmed.isEmpty else { return false }
        if line.isTidy(trimmed) {
            append(line, trimmed)
            return true
        }
        return appendCollapsed(line, trimmed)
    }

    @inline(never) private mutating func appendCollapsed(_ line: RawSpan, _ range: Range<Int>) -> Bool {
        let start = count
        var index = range.lowerBound
        var pending = false
        while index < range.upperBound {
            let size = line.whiteSpace(at: index, before: range.upperBound)
            if size > 0 {
                pending = true
                index += size
                continue
            }
            if pending, count > start { append(0x20) }
            pending = false
            let step = line[index] == 0x5C ? 2 : 1
            append(line, index..<min(index + step, range.upperBound))
            index += step
        }
        return count > start
    }
}

extension RawSpan {
    /// Bytes of the white space at `index` of a JSON string; 0 where there is none.
    fileprivate func whiteSpace(at index: Int, before end: Int) -> Int {
        switch self[index] {
        case 0x20, 0x09: return 1
        case 0xC2: return index + 1 < end && self[index + 1] == 0xA0 ? 2 : 0
        case 0x5C:
            guard index + 1 < end else { return 0 }
            let escape = self[index + 1]
            return escape == 0x6E || escape == 0x72 || escape == 0x74 ? 2 : 0
        default: return 0
        }
    }
}
