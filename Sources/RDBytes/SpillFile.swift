/// A file that is written at its end and read anywhere; for what does not fit in memory.
public protocol SpillFile: AnyObject {
    /// Writes `bytes` at the end. Throws a `CodedError`.
    func append(_ bytes: UnsafeRawBufferPointer) throws
    /// Fills `space` from `offset` on. Throws a `CodedError` where there is not so much.
    func read(at offset: Int, into space: UnsafeMutableRawBufferPointer) throws
    /// Bytes written so far.
    var size: Int { get }
}

/// A spill file in memory, for tests.
public final class MemorySpillFile: SpillFile {
    private var bytes: [UInt8] = []

    /// An empty file.
    public init() {}

    /// Keeps `bytes`.
    public func append(_ bytes: UnsafeRawBufferPointer) { self.bytes.append(contentsOf: bytes) }

    /// Copies what was kept.
    public func read(at offset: Int, into space: UnsafeMutableRawBufferPointer) {
        bytes.withUnsafeBytes { space.copyMemory(from: .init(rebasing: $0[offset..<offset + space.count])) }
    }

    /// Bytes written so far.
    public var size: Int { bytes.count }
}
