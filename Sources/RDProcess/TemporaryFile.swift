import Glibc
public import RDBytes

/// A file without a name, gone when it is closed or the process ends, however it ends.
public final class TemporaryFile: SpillFile {
    /// Its descriptor, whose own place stays at the beginning: a program that gets it as its input reads it all.
    public let descriptor: Int32
    private let folder: String
    /// Bytes written so far.
    public private(set) var size = 0

    /// A new file in `folder`, or in `TMPDIR` or `/tmp`. A failure is exit 73.
    public init(folder: String? = nil) throws(RDError) {
        let place = folder ?? environment("TMPDIR") ?? "/tmp"
        self.folder = place
        var template = Array("\(place)/rd-spill-XXXXXX".utf8CString)
        descriptor = mkstemp(&template)
        guard descriptor >= 0 else {
            throw systemError(
                .cannotCreate, "cannot make a file in \(place)", errno, remedy: "set TMPDIR to a folder with room")
        }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        unlink(template)
    }

    deinit { _ = close(descriptor) }

    /// Writes `bytes` at the end. A failure is exit 74.
    public func append(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let (count, error) = retryingInterrupts {
                pwrite(descriptor, bytes.baseAddress! + done, bytes.count - done, off_t(size))
            }
            guard count >= 0 else {
                throw systemError(
                    .io, "cannot write a temporary file in \(folder)", error,
                    remedy: "set TMPDIR to a folder with room, or give more --memory")
            }
            done += count
            size += count
        }
    }

    /// Fills `space` from `offset` on. A failure is exit 74.
    public func read(at offset: Int, into space: UnsafeMutableRawBufferPointer) throws {
        var done = 0
        while done < space.count {
            let (count, error) = retryingInterrupts {
                pread(descriptor, space.baseAddress! + done, space.count - done, off_t(offset + done))
            }
            guard count > 0 else { throw systemError(.io, "cannot read a temporary file in \(folder)", error) }
            done += count
        }
    }
}
