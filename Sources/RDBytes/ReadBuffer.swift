/// A window on a source: bytes that were read and not yet used.
public struct ReadBuffer: ~Copyable {
    private var base: UnsafeMutableRawPointer
    private var capacity: Int
    /// First unused byte.
    public private(set) var start = 0
    /// Past the last byte that was read.
    public private(set) var end = 0
    /// True once the source has ended.
    public private(set) var isAtEnd = false
    private let source: any ByteSource

    /// A window of `capacity` bytes on `source`; it grows where a caller asks it to.
    public init(_ source: any ByteSource, capacity: Int = 1 << 18) {
        self.source = source
        self.capacity = capacity
        base = .allocate(byteCount: capacity, alignment: 64)
    }

    deinit { base.deallocate() }

    /// Bytes that were read and not used.
    public var count: Int { end - start }
    /// True where the next `fill` would wait for whoever writes.
    public var wouldWait: Bool { !isAtEnd && source.wouldWait }

    /// Marks everything before `index` as used.
    public mutating func use(upTo index: Int) {
        precondition(index >= start && index <= end)
        start = index
    }

    /// Reads more, once. Unused bytes move to the front where room is needed, and the window grows to `limit` at most.
    /// False where the source has ended, or where the window is full at its limit.
    public mutating func fill(limit: Int) throws -> Bool {
        if start > 0, start == end || capacity - end < capacity / 2 {
            base.copyMemory(from: base + start, byteCount: end - start)
            end -= start
            start = 0
        }
        if end == capacity {
            guard capacity < limit else { return false }
            grow(to: min(capacity * 2, limit))
        }
        guard !isAtEnd else { return false }
        let got = try source.read(into: UnsafeMutableRawBufferPointer(start: base + end, count: capacity - end))
        isAtEnd = got == 0
        end += got
        return got > 0
    }

    private mutating func grow(to size: Int) {
        let next = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        next.copyMemory(from: base, byteCount: end)
        base.deallocate()
        base = next
        capacity = size
    }

    /// The whole window, for as long as `body` runs; indices are those of `start` and `end`.
    @_transparent public borrowing func withSpan<R>(_ body: (RawSpan) throws -> R) rethrows -> R {
        try body(UnsafeRawBufferPointer(start: address, count: end).bytes)
    }

    /// Where the window begins in memory; for `withSpan`.
    public var address: UnsafeRawPointer { UnsafeRawPointer(base) }
}

extension ReadBuffer {
    /// The bytes that were read and not used; valid until the next `fill`.
    public var unused: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: address + start, count: count)
    }
}
