import Glibc

extension RawSpan {
    /// The byte at `index`, bounds-checked.
    @inlinable public subscript(index: Int) -> UInt8 {
        unsafeLoad(fromByteOffset: index, as: UInt8.self)
    }

    /// Eight bytes from `index` as a little-endian word, bounds-checked.
    @inlinable public func word(at index: Int) -> UInt64 {
        UInt64(littleEndian: unsafeLoadUnaligned(fromByteOffset: index, as: UInt64.self))
    }

    /// Where `byte` next stands in `range`; nil where it does not.
    public func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
        extracting(range).withUnsafeBytes { bytes in
            guard let base = bytes.baseAddress, let found = memchr(base, Int32(byte), bytes.count) else { return nil }
            return range.lowerBound + (UnsafeRawPointer(found) - base)
        }
    }

    /// True where the bytes of `range` are those of `text`.
    public func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
        guard range.count == text.utf8CodeUnitCount else { return false }
        return extracting(range).withUnsafeBytes { bytes in
            bytes.isEmpty || memcmp(bytes.baseAddress!, text.utf8Start, bytes.count) == 0
        }
    }

    /// The bytes of `range` as text; bytes that are not UTF-8 are repaired.
    public func text(_ range: Range<Int>) -> String {
        extracting(range).withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    }

    /// The first characters of `range`, for messages.
    public func shortText(_ range: Range<Int>) -> String {
        text(range.lowerBound..<min(range.upperBound, range.lowerBound + 64))
    }

    /// All bytes as text; bytes that are not UTF-8 are repaired.
    public var text: String { text(0..<byteCount) }

    /// True where the bytes are those of `other`.
    @inlinable public func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        var index = 0
        while index &+ 8 <= byteCount {
            if word(at: index) != other.word(at: index) { return false }
            index &+= 8
        }
        while index < byteCount {
            if self[index] != other[index] { return false }
            index &+= 1
        }
        return true
    }

    /// `range` without blanks (space, tab) at both ends.
    @inline(__always) @inlinable public func trimmed(_ range: Range<Int>) -> Range<Int> {
        var low = range.lowerBound
        var high = range.upperBound
        while low < high, self[low] == 0x20 || self[low] == 0x09 { low += 1 }
        while high > low, self[high - 1] == 0x20 || self[high - 1] == 0x09 { high -= 1 }
        return low..<high
    }
}

/// Eight bytes at a time in one word: each function gives a word whose *lowest* set bit is exact.
///
/// Source: the "determine if a word has a zero byte" identity, Mycroft 1987.
@usableFromInline enum Swar {
    @usableFromInline static let low: UInt64 = 0x0101_0101_0101_0101
    @usableFromInline static let high: UInt64 = 0x8080_8080_8080_8080

    /// Sets the top bit of each byte equal to `byte`.
    @inlinable static func equal(_ word: UInt64, _ byte: UInt8) -> UInt64 {
        let mixed = word ^ (low &* UInt64(byte))
        return (mixed &- low) & ~mixed & high
    }

    /// Sets the top bit of each byte below `bound` (at most 0x80).
    @inlinable static func less(_ word: UInt64, _ bound: UInt8) -> UInt64 {
        (word &- low &* UInt64(bound)) & ~word & high
    }
}
