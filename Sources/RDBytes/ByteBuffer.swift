/// A growing buffer of bytes that a stage writes its output into.
///
/// It owns one raw allocation, so that appending costs a bounds check and a copy and never a retain; it is not
/// copyable, so that exclusivity is checked when the code is compiled and not per byte.
public struct ByteBuffer: ~Copyable {
    @usableFromInline var base: UnsafeMutableRawPointer
    @usableFromInline var capacity: Int
    @usableFromInline var length: Int
    /// Bytes written so far.
    @inlinable public var count: Int { length }

    /// An empty buffer with room for `capacity` bytes before it grows.
    public init(capacity: Int = 4096) {
        self.capacity = max(capacity, 64)
        base = .allocate(byteCount: self.capacity, alignment: 16)
        length = 0
    }

    deinit { base.deallocate() }

    /// True where nothing was written since the last `removeAll`.
    @inlinable public var isEmpty: Bool { count == 0 }

    /// Forgets what was written and keeps the room.
    @inlinable public mutating func removeAll() { setCount(0) }

    /// Forgets what was written after the first `count` bytes.
    @inlinable public mutating func truncate(to count: Int) {
        precondition(count >= 0 && count <= self.count)
        setCount(count)
    }

    @inlinable mutating func setCount(_ value: Int) { length = value }

    /// Makes room for `extra` more bytes.
    @inlinable public mutating func reserve(_ extra: Int) {
        if capacity - count < extra { grow(extra) }
    }

    @usableFromInline @inline(never) mutating func grow(_ extra: Int) {
        let size = max(capacity * 2, count + extra)
        let next = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        next.copyMemory(from: base, byteCount: count)
        base.deallocate()
        base = next
        capacity = size
    }

    /// Appends one byte.
    @inlinable public mutating func append(_ byte: UInt8) {
        reserve(1)
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        setCount(count + 1)
    }

    /// Appends the bytes of `span`.
    @inlinable public mutating func append(_ span: RawSpan) {
        let size = span.byteCount
        reserve(size)
        span.withUnsafeBytes { source in
            if let from = source.baseAddress { ByteBuffer.copy(from, to: base + length, size) }
        }
        length += size
    }

    /// Copies a few bytes without a call: most cells are shorter than 32 bytes.
    @inline(__always) @usableFromInline
    static func copy(_ from: UnsafeRawPointer, to: UnsafeMutableRawPointer, _ size: Int) {
        if size > 32 {
            to.copyMemory(from: from, byteCount: size)
        } else if size >= 16 {
            copyEnds(UInt64.self, from, to, 8)
            copyEnds(UInt64.self, from + (size - 16), to + (size - 16), 8)
        } else if size >= 8 {
            copyEnds(UInt64.self, from, to, size - 8)
        } else if size >= 4 {
            copyEnds(UInt32.self, from, to, size - 4)
        } else if size > 0 {
            to.storeBytes(of: from.loadUnaligned(as: UInt8.self), as: UInt8.self)
            if size > 1 { copyEnds(UInt16.self, from + (size - 2), to + (size - 2), 0) }
        }
    }

    /// Copies the word at the start and the one `gap` bytes on, which may overlap.
    @inline(__always) @usableFromInline
    static func copyEnds<Word: FixedWidthInteger>(
        _ type: Word.Type, _ from: UnsafeRawPointer, _ to: UnsafeMutableRawPointer, _ gap: Int
    ) {
        let first = from.loadUnaligned(as: type)
        let last = (from + gap).loadUnaligned(as: type)
        to.storeBytes(of: first, as: type)
        (to + gap).storeBytes(of: last, as: type)
    }

    /// Appends the bytes of `line` from `range.lowerBound` up to `range.upperBound`.
    @inline(__always) @inlinable public mutating func append(_ line: RawSpan, _ range: Range<Int>) {
        append(line.extracting(range))
    }

    /// Appends bytes that somebody else owns.
    @inlinable public mutating func append(contentsOf bytes: UnsafeRawBufferPointer) {
        append(bytes.bytes)
    }

    /// Appends a literal, which costs one copy.
    @inline(__always) @inlinable public mutating func append(_ text: StaticString) {
        let size = text.utf8CodeUnitCount
        reserve(size)
        (base + count).copyMemory(from: text.utf8Start, byteCount: size)
        setCount(count + size)
    }

    /// Appends the UTF-8 of `text`; for what is written once a run, not once a row.
    public mutating func append(text: String) {
        var copy = text
        copy.withUTF8 { append(contentsOf: UnsafeRawBufferPointer($0)) }
    }

    /// Appends eight bytes of `word` in memory order and counts the first `used` of them.
    @inlinable public mutating func append(word: UInt64, used: Int) {
        reserve(8)
        base.storeBytes(of: word, toByteOffset: count, as: UInt64.self)
        setCount(count + used)
    }

    /// Overwrites a big-endian 32-bit integer at `offset`, which must lie inside what was written.
    @inlinable public mutating func overwrite(_ value: Int32, at offset: Int) {
        precondition(offset >= 0 && offset + 4 <= count)
        base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: Int32.self)
    }

    /// Overwrites bytes from `offset` on with those of `range`; all of them must lie inside what was written.
    public mutating func overwrite(_ line: RawSpan, _ range: Range<Int>, at offset: Int) {
        precondition(offset >= 0 && offset + range.count <= count)
        line.extracting(range).withUnsafeBytes { source in
            if let from = source.baseAddress { (base + offset).copyMemory(from: from, byteCount: source.count) }
        }
    }

    /// What was written, for as long as `body` runs.
    @inlinable public borrowing func withBytes<R, E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> R) throws(E)
        -> R
    {
        try body(UnsafeRawBufferPointer(start: base, count: count))
    }

    /// What was written as a span, for as long as `body` runs.
    @inlinable public borrowing func withSpan<R, E: Error>(_ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        try body(UnsafeRawBufferPointer(start: base, count: count).bytes)
    }

    /// True where the buffer holds the bytes of `range`.
    @inlinable public borrowing func equals(_ window: RawSpan, _ range: Range<Int>) -> Bool {
        guard count == range.count else { return false }
        let held = bytes.bytes
        let start = range.lowerBound
        var index = 0
        while index &+ 8 <= held.byteCount {
            if held.word(at: index) != window.word(at: start &+ index) { return false }
            index &+= 8
        }
        if index > 0 {
            // The last eight bytes, which overlap those before.
            let last = held.byteCount &- 8
            return held.word(at: last) == window.word(at: start &+ last)
        }
        while index < held.byteCount {
            if held[index] != window[start &+ index] { return false }
            index &+= 1
        }
        return true
    }

    /// What was written, valid until more is.
    @inlinable public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: base, count: length) }

    /// What was written, as text; bytes that are not UTF-8 are repaired.
    public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
