public import RDBytes

/// A file or pipe to read, and what is known of it before it is read.
public struct InputFile {
    /// Its path, or `-` for standard input.
    public var uri: String
    /// Its bytes, from the first.
    public var source: any ByteSource
    /// Opens it a second time; nil where it can be read only once.
    public var reopen: (() throws -> any ByteSource)?
    /// Its size in bytes; nil where it is not known.
    public var size: Int?
    /// The SHA-256 of its bytes; nil where it is only known once they are read.
    public var sha256: String?
    /// What all of its bytes say about its encoding; nil where they were not looked at beforehand.
    public var evidence: TextEvidence?
    /// Called once all was read (true) or the reading was given up (false), to say that the source itself failed.
    public var finish: (_ isComplete: Bool) throws -> Void

    /// A file to read.
    public init(
        uri: String, source: any ByteSource, reopen: (() throws -> any ByteSource)? = nil, size: Int? = nil,
        finish: @escaping (_ isComplete: Bool) throws -> Void = { _ in }
    ) {
        self.uri = uri
        self.source = source
        self.reopen = reopen
        self.size = size
        self.finish = finish
    }

    /// Reads a file once through for its hash and for what its bytes say about its encoding.
    public mutating func survey() throws {
        guard let source = try reopen?() else { return }
        var hash = SHA256()
        var seen = TextEvidence()
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 64)
        defer { block.deallocate() }
        while true {
            let got = try source.read(into: block)
            guard got > 0 else { break }
            let part = UnsafeRawBufferPointer(rebasing: block[..<got])
            hash.update(part)
            seen.update(part.bytes)
        }
        sha256 = SHA256.hex(hash.finalize())
        evidence = seen
        size = seen.bytes
    }
}

/// Passes bytes on, counts them, and hashes them where their hash is not known yet.
final class CountingSource: ByteSource {
    private let source: any ByteSource
    private let known: String?
    private var hash = SHA256()
    private(set) var bytes = 0

    init(_ source: any ByteSource, sha256: String?) {
        self.source = source
        known = sha256
    }

    var wouldWait: Bool { source.wouldWait }

    func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        let got = try source.read(into: space)
        if known == nil { hash.update(UnsafeRawBufferPointer(rebasing: space[..<got])) }
        bytes += got
        return got
    }

    /// The hash of all bytes so far.
    var sha256: String {
        if let known { return known }
        var copy = hash
        return SHA256.hex(copy.finalize())
    }
}

/// Gives bytes that were read already, then what follows them.
final class PrefixedSource: ByteSource {
    private let prefix: [UInt8]
    private var given = 0
    private let rest: any ByteSource

    init(_ prefix: [UInt8], then rest: any ByteSource) {
        self.prefix = prefix
        self.rest = rest
    }

    var wouldWait: Bool { given == prefix.count && rest.wouldWait }

    func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        guard given < prefix.count else { return try rest.read(into: space) }
        let size = min(space.count, prefix.count - given)
        prefix.withUnsafeBytes { space.copyMemory(from: .init(rebasing: $0[given..<given + size])) }
        given += size
        return size
    }
}
