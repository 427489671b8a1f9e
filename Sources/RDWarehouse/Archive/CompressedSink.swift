import Glibc
import RDBytes
import RDProcess

/// A file that is compressed while it is written.
final class CompressedSink: ByteSink {
    private let path: String
    private let compression: Compression
    private let file: Int32
    private let socket: Int32
    private let child: Subprocess
    private var isOpen = true

    /// Makes or empties the file `path`. A failure is exit 73; a program that is missing 69.
    init(creating path: String, _ compression: Compression) throws {
        self.path = path
        self.compression = compression
        let (opened, error) = retryingInterrupts { Int(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)) }
        guard opened >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
        file = Int32(opened)
        // A socket, not a pipe: it can be written without SIGPIPE where the program died, of a full disk perhaps.
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            let number = errno
            closeDescriptor(file)
            throw systemError(.io, "cannot make a socket", number)
        }
        socket = ends[0]
        defer { closeDescriptor(ends[1]) }
        do {
            child = try Subprocess(
                compression.program, compression.compressing, input: ends[1], output: file, remedy: compression.remedy)
        } catch {
            closeDescriptor(file)
            closeDescriptor(socket)
            throw error
        }
    }

    deinit { abandon() }

    /// Takes the next bytes of the plain text. A failure is exit 74.
    func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let (count, error) = retryingInterrupts {
                send(socket, bytes.baseAddress! + done, bytes.count - done, Int32(MSG_NOSIGNAL))
            }
            guard count >= 0 else {
                abandon()
                try child.waitForSuccess("cannot write \(path)")
                throw systemError(.io, "cannot write \(path)", error)
            }
            done += count
        }
    }

    /// Completes the file and has it on disk. A failure is exit 74.
    func finish() throws {
        guard isOpen else { return }
        isOpen = false
        closeDescriptor(socket)
        defer { closeDescriptor(file) }
        try child.waitForSuccess("cannot write \(path)")
        guard fsync(file) == 0 else { throw systemError(.io, "cannot write \(path)", errno) }
    }

    /// Gives the file up as it is.
    private func abandon() {
        guard isOpen else { return }
        isOpen = false
        closeDescriptor(socket)
        closeDescriptor(file)
        child.wait()
    }
}
