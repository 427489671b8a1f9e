import Glibc
import RDBytes
import RDProcess

/// Files as they were read for a run: decompressed where their first bytes say so.
enum SourceText {
    /// Opens the file at `path`, or the program that decompresses it. `finish` is to be called once all was read (true)
    /// or the reading was given up (false).
    static func open(_ path: String) throws -> (
        source: any ByteSource, isCompressed: Bool, finish: (_ isComplete: Bool) throws -> Void
    ) {
        let file = try FileSource(path: path)
        guard fileKind(file.descriptor) == .regular else {
            throw RDError(.noInput, "\(path) is not a regular file")
        }
        guard let tool = try decompressor(path) else { return (file, false, { _ in }) }
        let (read, write) = try makePipe()
        widenPipe(read)
        let text = FileSource(read, name: path, ownsDescriptor: true)
        let child: Subprocess
        do {
            child = try Subprocess(tool, ["-dc"], input: file.descriptor, output: write)
        } catch {
            closeDescriptor(write)
            throw error
        }
        closeDescriptor(write)
        let finish = { (isComplete: Bool) in
            if isComplete { return try child.waitForSuccess("cannot decompress \(path)") }
            text.close()
            child.wait()
        }
        return (text, true, finish)
    }

    private static func decompressor(_ path: String) throws -> String? {
        let probe = try FileSource(path: path)
        var start = [UInt8](repeating: 0, count: 6)
        let got = try start.withUnsafeMutableBytes { try probe.read(into: $0) }
        let magic: [(bytes: [UInt8], tool: String)] = [
            ([0x1F, 0x8B], "gzip"), ([0x28, 0xB5, 0x2F, 0xFD], "zstd"), ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "xz"),
        ]
        return magic.first { start[..<got].starts(with: $0.bytes) }?.tool
    }
}

extension FileSource {
    /// The size of the file behind the descriptor, in bytes.
    func size() throws(RDError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw systemError(.io, "cannot look at a file", errno) }
        return Int(status.st_size)
    }
}
