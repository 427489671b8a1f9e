import Glibc
public import RDBytes

/// What `errno` says, with the file it is about.
public func systemError(_ code: ExitCode, _ what: String, _ number: Int32, remedy: String? = nil) -> RDError {
    let advice = remedy ?? (number == ENOSPC ? "free space on that disk and run again" : nil)
    return RDError(code, "\(what): \(String(cString: strerror(number)))", remedy: advice)
}

/// Calls `body` until it is not interrupted by a signal, and returns its result and `errno`. Not inlined, so that
/// `errno` is read right after the call.
@inline(never)
public func retryingInterrupts(_ body: () -> Int) -> (result: Int, error: Int32) {
    while true {
        let result = body()
        if result >= 0 { return (result, 0) }
        let error = errno
        if error != EINTR { return (result, error) }
    }
}

/// A descriptor that is read to its end.
public final class FileSource: ByteSource {
    /// The descriptor.
    public let descriptor: Int32
    private let name: String
    private let ownsDescriptor: Bool
    private var isClosed = false

    /// Reads `descriptor`, called `name` in messages; closes it at the end where it is owned.
    public init(_ descriptor: Int32, name: String, ownsDescriptor: Bool = false) {
        self.descriptor = descriptor
        self.name = name
        self.ownsDescriptor = ownsDescriptor
    }

    /// Opens a file for reading. A missing one is exit 66, a forbidden one 77, a directory 66.
    public convenience init(path: String) throws(RDError) {
        let (descriptor, error) = retryingInterrupts { Int(open(path, O_RDONLY | O_CLOEXEC)) }
        guard descriptor >= 0 else {
            throw systemError(error == EACCES || error == EPERM ? .permission : .noInput, path, error)
        }
        self.init(Int32(descriptor), name: path, ownsDescriptor: true)
        guard fileKind(Int32(descriptor)) != .directory else {
            throw RDError(.noInput, "\(path) is a directory", remedy: "name the files in it")
        }
    }

    deinit { close() }

    /// Closes the descriptor before its time, so that whoever writes to it notices; nothing may be read from then on.
    public func close() {
        if ownsDescriptor, !isClosed { _ = Glibc.close(descriptor) }
        isClosed = true
    }

    /// Reads what is there, waiting where nothing is. A failure is exit 74.
    public func read(into space: UnsafeMutableRawBufferPointer) throws -> Int {
        let (count, error) = retryingInterrupts { Glibc.read(descriptor, space.baseAddress, space.count) }
        guard count >= 0 else { throw systemError(.io, "cannot read \(name)", error) }
        return count
    }

    /// True where nothing is there to read and the writer has not closed its end.
    public var wouldWait: Bool {
        var poller = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&poller, 1, 0) == 0
    }
}

/// A descriptor that is written to.
public final class FileSink: ByteSink {
    /// The descriptor.
    public let descriptor: Int32
    private let name: String

    /// Writes to `descriptor`, called `name` in messages.
    public init(_ descriptor: Int32, name: String) {
        self.descriptor = descriptor
        self.name = name
    }

    /// Writes all of `bytes`, however many calls it takes. A failure is exit 74.
    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        var done = 0
        while done < bytes.count {
            let (count, error) = retryingInterrupts {
                Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            }
            guard count >= 0 else { throw systemError(.io, "cannot write \(name)", error) }
            done += count
        }
    }

    /// Closes the descriptor, where some file systems first report a failed write. A failure is exit 74.
    public func close() throws(RDError) {
        guard Glibc.close(descriptor) == 0 || errno == EINTR else {
            throw systemError(.io, "cannot write \(name)", errno)
        }
    }
}

/// What stands behind a descriptor.
public enum FileKind: Sendable {
    case regular, directory, pipe, terminal, other
}

/// What stands behind `descriptor`.
public func fileKind(_ descriptor: Int32) -> FileKind {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .other }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .regular
    case S_IFDIR: return .directory
    case S_IFIFO: return .pipe
    case S_IFCHR: return isatty(descriptor) == 1 ? .terminal : .other
    default: return .other
    }
}

/// A name for the pipe or file behind `descriptor` that both its ends see alike; nil for a terminal or a closed
/// descriptor. The stream's `open` line carries the writer's, so that a reader knows whether it is the next in the
/// chain or whether another program sits between.
public func channelName(_ descriptor: Int32) -> String? {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    switch status.st_mode & S_IFMT {
    case S_IFIFO: return "pipe:\(status.st_dev):\(status.st_ino)"
    case S_IFREG: return "file:\(status.st_dev):\(status.st_ino)"
    case S_IFSOCK: return nil
    default: return nil
    }
}

/// Makes the pipe behind `descriptor` hold `size` bytes where the system allows it. A wider pipe saves a tenth of the
/// chain's CPU; a refusal costs nothing.
public func widenPipe(_ descriptor: Int32, to size: Int32 = 1 << 20) {
    if fileKind(descriptor) == .pipe { _ = fcntl(descriptor, setPipeSize, size) }
}

/// `F_SETPIPE_SZ` of Linux's fcntl.h, which the Glibc module does not show.
private let setPipeSize: Int32 = 1031

extension FileSink {
    /// Makes or empties the file `path`. A failure is exit 73.
    public convenience init(creating path: String) throws(RDError) {
        let (descriptor, error) = retryingInterrupts {
            Int(open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644))
        }
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(path)", error) }
        self.init(Int32(descriptor), name: path)
    }
}
