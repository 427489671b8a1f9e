/// Where bytes come from: a descriptor, or in tests whatever the test wants to happen.
public protocol ByteSource: AnyObject {
    /// Reads at least one byte into `space` and says how many; 0 at the end. Throws a `CodedError`.
    func read(into space: UnsafeMutableRawBufferPointer) throws -> Int
    /// True where a read would wait for whoever writes.
    var wouldWait: Bool { get }
}

/// Where bytes go: a descriptor, or in tests whatever the test wants to happen.
public protocol ByteSink: AnyObject {
    /// Writes all of `bytes`. Throws a `CodedError`.
    func write(_ bytes: UnsafeRawBufferPointer) throws
}

/// A source over bytes in memory, handed out in pieces of at most `step` bytes.
public final class MemorySource: ByteSource {
    private let bytes: [UInt8]
    private let step: Int
    private var index = 0

    /// A source that gives `bytes` and then ends.
    public init(_ bytes: some Sequence<UInt8>, step: Int = .max) {
        self.bytes = Array(bytes)
        self.step = max(step, 1)
    }

    /// Always false: nobody is waited for.
    public var wouldWait: Bool { false }

    /// The next piece.
    public func read(into space: UnsafeMutableRawBufferPointer) -> Int {
        let size = min(space.count, step, bytes.count - index)
        for offset in 0..<size { space[offset] = bytes[index + offset] }
        index += size
        return size
    }
}

/// A sink that keeps what it was given.
public final class MemorySink: ByteSink {
    /// Everything written so far.
    public private(set) var bytes: [UInt8] = []

    /// An empty sink.
    public init() {}

    /// Keeps `bytes`.
    public func write(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// Everything written so far as text.
    public var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension ByteBuffer {
    /// Writes what was gathered to `sink` and empties the buffer.
    public mutating func drain(to sink: any ByteSink) throws {
        guard count > 0 else { return }
        try withBytes { try sink.write($0) }
        removeAll()
    }
}
