import Glibc
import RDBytes
import RDProcess

/// Reads the files of an archive back, and holds them against what the manifest says of them.
public struct ArchiveReader {
    private let folder: String

    /// Reads from `folder`.
    public init(folder: String) { self.folder = folder }

    /// Hands the text of a file to `body`, piece by piece. A file that is not what the manifest says is exit 65: before
    /// the first piece where its bytes on disk differ, else after the last.
    public func read(_ file: ArchiveFile, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let onDisk = try hash(file.name)
        guard onDisk == (file.compressedBytes, file.compressedSHA256) else { throw differs(file, "SHA-256 on disk") }
        var found = file
        var digest = ArchiveDigest(columns: file.columns)
        try decompress(file) { piece in
            digest.take(piece)
            try body(piece)
        }
        digest.finish(&found)
        guard found.sha256 == file.sha256, found.bytes == file.bytes else { throw differs(file, "SHA-256 of the text") }
        guard found.rows == file.rows else { throw differs(file, "number of rows") }
        guard found.netAmount == file.netAmount else { throw differs(file, "net amount") }
    }

    /// Reads a file to its end and compares it with what the manifest says.
    public func verify(_ file: ArchiveFile) throws { try read(file) { _ in } }

    private func differs(_ file: ArchiveFile, _ what: String) -> RDError {
        RDError(
            .data, "\(folder)/\(file.name) is not what was written: its \(what) is another than the manifest says",
            remedy: "take the file from a backup")
    }

    /// The size of a file on disk and the SHA-256 of its bytes.
    func hash(_ name: String) throws -> (Int, String) {
        let source = try FileSource(path: "\(folder)/\(name)")
        var hash = SHA256()
        var size = 0
        try pieces(of: source) { piece in
            hash.update(piece)
            size += piece.count
        }
        return (size, SHA256.hex(hash.finalize()))
    }

    private func decompress(_ file: ArchiveFile, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let compression = try Compression(of: file.name)
        let input = try FileSource(path: "\(folder)/\(file.name)")
        let (read, write) = try makePipe()
        let output = FileSource(read, name: file.name, ownsDescriptor: true)
        let child: Subprocess
        do {
            defer { closeDescriptor(write) }
            child = try Subprocess(
                compression.program, compression.decompressing, input: input.descriptor, output: write,
                remedy: compression.remedy)
        }
        do {
            try pieces(of: output, body)
        } catch {
            output.close()
            child.wait()
            throw error
        }
        try child.waitForSuccess("cannot read \(folder)/\(file.name)")
    }

    private func pieces(of source: FileSource, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 17, alignment: 16)
        defer { block.deallocate() }
        while true {
            let count = try source.read(into: block)
            guard count > 0 else { return }
            try body(UnsafeRawBufferPointer(rebasing: block[..<count]))
        }
    }
}
