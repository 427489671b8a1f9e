import Glibc
public import RDBytes

/// A file of event lines that many processes append to. It is opened for each line, so that it can be moved away
/// (logrotate) at any time.
public struct LogFile: Sendable {
    /// Where it is.
    public let path: String

    /// The file at `path`, which is made where it is missing.
    public init(_ path: String) { self.path = path }

    /// The file that keeps what standard error gets: `RD_LOG_FILE`; nil where nobody asked for one.
    public static var chosen: LogFile? { environment("RD_LOG_FILE").map { LogFile($0) } }

    /// Appends one line. Nobody's work fails for the sake of a log: a failure is given back and not thrown.
    @discardableResult public func append(_ event: JSONValue) -> Bool {
        try? makeFolder(folderOf(path))
        // Whoever can write the folder can also plant a link in it; a log file is never one.
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var line = ByteBuffer(capacity: 512)
        line.append(json: event)
        line.append(0x0A)
        // One write with O_APPEND: lines of several processes do not mix.
        return line.withBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) == $0.count }
    }
}
