import Glibc
public import RDBytes
import RDProcess

/// The file that gets what a chain writes. It is moved to `PATH.1` when it is full, so that a chain that writes without
/// end fills no disk: the newest of it is kept. A failure to write never ends a chain; the first one is remembered.
struct RunLog {
    private let path: String
    private let limit: Int
    private var descriptor: Int32
    private var size = 0
    private(set) var failure: String?

    /// Opens the log at `path`, readable for its owner alone, to append to it.
    init(_ path: String, limit: Int) {
        self.path = path
        self.limit = max(limit, 4096)
        descriptor = RunLog.open(path)
        if descriptor < 0 { failure = "cannot write \(path): \(String(cString: strerror(errno)))" }
        var status = stat()
        if descriptor >= 0, fstat(descriptor, &status) == 0 { size = Int(status.st_size) }
    }

    private static func open(_ path: String) -> Int32 {
        Glibc.open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        if size > 0, size + bytes.count > limit { turn() }
        guard descriptor >= 0 else { return }
        var done = 0
        while done < bytes.count {
            let (count, error) = retryingInterrupts {
                Glibc.write(descriptor, bytes.baseAddress! + done, bytes.count - done)
            }
            guard count > 0 else {
                if failure == nil { failure = "cannot write \(path): \(String(cString: strerror(error)))" }
                return
            }
            done += count
            size += count
        }
    }

    private mutating func turn() {
        guard descriptor >= 0, rename(path, path + ".1") == 0 else { return }
        Glibc.close(descriptor)
        descriptor = RunLog.open(path)
        size = 0
    }

    func close() { if descriptor >= 0 { Glibc.close(descriptor) } }
}

/// Removes the oldest logs of a folder (files whose names end in `.log` or `.log.1`) until at most `count` are left and
/// they hold at most `bytes`; those whose paths are in `keeping`, of runs that go on, stay. Gives how many it removed. A
/// folder that cannot be read is exit 66.
@discardableResult
public func pruneLogs(in folder: String, count: Int, bytes: Int, keeping: Set<String> = []) throws(RDError) -> Int {
    var logs: [(path: String, time: Int, size: Int)] = []
    for name in try filesOf(folder) where name.hasSuffix(".log") || name.hasSuffix(".log.1") {
        var status = stat()
        let path = "\(folder)/\(name)"
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
        let time = status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
        logs.append((path, time, Int(status.st_size)))
    }
    var size = logs.reduce(0) { $0 + $1.size }
    var left = logs.count
    var removed = 0
    for log in logs.sorted(by: { ($0.time, $0.path) < ($1.time, $1.path) }) where left > count || size > bytes {
        let run = log.path.hasSuffix(".1") ? String(log.path.dropLast(2)) : log.path
        guard !keeping.contains(run), unlink(log.path) == 0 else { continue }
        left -= 1
        size -= log.size
        removed += 1
    }
    return removed
}
