public import RDBytes

/// Turns a source of UTF-16 into one of UTF-8.
public final class UTF16Source: ByteSource {
    private let source: any ByteSource
    private let bigEndian: Bool
    private var raw = [UInt8](repeating: 0, count: 1 << 16)
    private var held = 0
    private var ready = ByteBuffer(capacity: 1 << 17)
    private var given = 0
    private var isAtEnd = false

    /// UTF-8 of what `source` has.
    public init(_ source: any ByteSource, bigEndian: Bool) {
        self.source = source
        self.bigEndian = bigEndian
    }

    /// True where the next read would wait for whoever writes.
    public var wouldWait: Bool { given == ready.count && !isAtEnd && source.wouldWait }

    /// The next bytes of UTF-8.
    public func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        while given == ready.count, !isAtEnd { try refill() }
        let size = min(space.count, ready.count - given)
        ready.withBytes { space.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[given..<given + size])) }
        given += size
        return size
    }

    private func refill() throws {
        ready.removeAll()
        given = 0
        let start = held
        let got = try raw.withUnsafeMutableBytes { try source.read(into: .init(rebasing: $0[start...])) }
        isAtEnd = got == 0
        let count = held + got
        let end = isAtEnd
        let used = raw.withUnsafeBytes {
            ready.appendUTF16(
                UnsafeRawBufferPointer(rebasing: $0[..<count]).bytes, bigEndian: bigEndian, atEnd: end)
        }
        held = count - used
        if held > 0 { raw.replaceSubrange(0..<held, with: raw[used..<count]) }
    }
}

extension RawSpan {
    /// Bytes that the UTF-8 of `range` takes as UTF-16.
    public func utf16Size(_ range: Range<Int>) -> Int {
        var units = 0
        for index in range {
            let byte = self[index]
            if byte & 0xC0 != 0x80 { units += byte >= 0xF0 ? 2 : 1 }
        }
        return units * 2
    }
}
