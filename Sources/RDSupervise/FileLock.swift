import Glibc
public import RDBytes
import RDProcess

/// The lock that the one scheduler of a timetable holds until it ends, however it ends. Nothing that it starts inherits
/// it.
public final class SchedulerLock {
    /// Who holds it.
    public struct Holder: Equatable, Sendable {
        /// The process.
        public let pid: Int32
        /// Since when, as ISO 8601.
        public let since: String
        /// Milliseconds since 1970 at which it last said that it works.
        public let beat: Int64
    }

    private let path: String
    private let descriptor: Int32

    /// Takes the lock. Where another process holds it: exit 75, with who and since when.
    public init(_ path: String, now: Int64) throws(RDError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, path, errno) }
        var request = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        guard fcntl(descriptor, F_SETLK, &request) == 0 else {
            let who = Self.holder(path).map { "process \($0.pid), since \($0.since)" } ?? "another process"
            close(descriptor)
            throw RDError(
                .temporary, "a scheduler of this timetable runs already: \(who)",
                remedy: "see: rd-sched status; one scheduler a timetable is enough")
        }
        let json: JSONValue = ["pid": .integer(getpid()), "since": .string(Clock.iso8601(now))]
        ftruncate(descriptor, 0)
        let line = Array((json.text + "\n").utf8)
        _ = pwrite(descriptor, line, line.count, 0)
    }

    deinit { close(descriptor) }

    /// Says that the scheduler works.
    public func beat() { futimens(descriptor, nil) }

    /// Who holds the lock at `path`; nil where nobody does. Do not ask in the process that holds it: closing the file
    /// gives the lock up.
    public static func holder(_ path: String) -> Holder? {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var request = flock(l_type: Int16(F_WRLCK), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
        guard fcntl(descriptor, F_GETLK, &request) == 0, request.l_type != Int16(F_UNLCK) else { return nil }
        var status = stat()
        fstat(descriptor, &status)
        let json = try? JSONValue(parsing: String(decoding: readAll(FileSource(path: path)), as: UTF8.self))
        // In another namespace of processes the kernel gives no number.
        let pid = request.l_pid > 0 ? request.l_pid : Int32(json?["pid"]?.integer ?? 0)
        let beat = Int64(status.st_mtim.tv_sec) * 1000 + Int64(status.st_mtim.tv_nsec) / 1_000_000
        return Holder(pid: pid, since: json?["since"]?.string ?? "an unknown time", beat: beat)
    }
}
