import Glibc
public import RDBytes
import RDProcess
public import RDSchedule

/// The journal of a timetable: a file to which several processes append events, one at a time, and which is on the disk
/// before what it tells of is done.
///
/// A line that was cut short by a crash or a full disk was never acted upon and is taken away. Any other flaw is an
/// error: what stands behind it would be misunderstood.
public final class Journal {
    /// Where it is.
    public let path: String
    private let lock: Int32
    private var file: Int32 = -1
    private var inode: UInt64 = 0
    /// Bytes and lines of the file that are part of the scheduler's state.
    private var offset: Int64 = 0
    private var lines = 0
    /// The size at which the file is made shorter.
    private var limit: Int64 = 0
    private let smallest: Int64

    /// The journal at `path`, which is made where it is missing. It is made shorter once it is larger than `limit` bytes
    /// and twice what it must hold. A failure is exit 73.
    public init(_ path: String, limit: Int64 = 1 << 21) throws(RDError) {
        self.path = path
        smallest = limit
        self.limit = limit
        lock = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw systemError(.cannotCreate, path + ".lock", errno) }
    }

    deinit {
        close(lock)
        if file >= 0 { close(file) }
    }

    /// Brings `scheduler` up to what the journal holds, lets `body` decide, and writes the events that it gives, so that
    /// they are on the disk when this returns. No other process writes meanwhile. Where they cannot be written,
    /// `scheduler` is as if they had not been decided: exit 74. A flaw in the journal is exit 65 with its line.
    public func write<Result>(
        _ scheduler: inout Scheduler, _ body: (inout Scheduler) throws -> (events: [JournalEvent], result: Result)
    ) throws -> Result {
        guard flock(lock, LOCK_EX) == 0 else { throw systemError(.io, "cannot lock \(path)", errno) }
        defer { flock(lock, LOCK_UN) }
        try follow(&scheduler, mayRepair: true)
        var draft = scheduler
        let (events, result) = try body(&draft)
        if !events.isEmpty { try append(events) }
        scheduler = draft
        if offset > limit { shorten(scheduler.state) }
        return result
    }

    /// Brings `scheduler` up to what the journal holds.
    public func read(_ scheduler: inout Scheduler) throws {
        guard flock(lock, LOCK_SH) == 0 else { throw systemError(.io, "cannot lock \(path)", errno) }
        defer { flock(lock, LOCK_UN) }
        try follow(&scheduler, mayRepair: false)
    }

    private func follow(_ scheduler: inout Scheduler, mayRepair: Bool) throws {
        try reopen(&scheduler)
        let bytes = try readOn()
        let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        if whole > 0 {
            let text = String(decoding: bytes[..<whole], as: UTF8.self)
            for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
                lines += 1
                switch JournalLine.read(line) {
                case .event(let event): scheduler.apply(event)
                case .unknown: continue
                case .flawed: throw flaw(lines)
                }
            }
            offset += Int64(whole)
        }
        if whole < bytes.count, mayRepair, ftruncate(file, off_t(offset)) != 0 {
            throw systemError(.io, "cannot write \(path)", errno)
        }
    }

    private func flaw(_ line: Int) -> RDError {
        RDError(
            .data, "\(path), line \(line): the checksum is wrong, so the line was altered or the disk is damaged",
            remedy: "restore the file, or keep only what is known to be good: head -n \(line - 1)")
    }

    /// Opens the file, anew where another process has made it shorter meanwhile.
    private func reopen(_ scheduler: inout Scheduler) throws(RDError) {
        var status = stat()
        if file >= 0, stat(path, &status) == 0, UInt64(status.st_ino) == inode { return }
        if file >= 0 {
            close(file)
            scheduler.apply(JournalEvent(at: 0, .known(SchedulerState())))
        }
        file = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw systemError(.cannotCreate, path, errno) }
        fstat(file, &status)
        inode = UInt64(status.st_ino)
        (offset, lines) = (0, 0)
    }

    private func readOn() throws(RDError) -> [UInt8] {
        var status = stat()
        guard fstat(file, &status) == 0, Int64(status.st_size) >= offset else {
            throw RDError(.data, "\(path) is shorter than it was", remedy: "restore the file")
        }
        var bytes = [UInt8](repeating: 0, count: Int(Int64(status.st_size) - offset))
        var done = 0
        while done < bytes.count {
            let (count, error) = retryingInterrupts {
                bytes.withUnsafeMutableBytes { space in
                    pread(file, space.baseAddress! + done, space.count - done, off_t(offset) + off_t(done))
                }
            }
            guard count > 0 else { throw systemError(.io, "cannot read \(path)", error) }
            done += count
        }
        return bytes
    }

    private func append(_ events: [JournalEvent]) throws {
        let bytes = Array(events.map(JournalLine.write).joined().utf8)
        do {
            try bytes.withUnsafeBytes { try FileSink(file, name: path).write($0) }
            guard fdatasync(file) == 0 else { throw systemError(.io, "cannot write \(path)", errno) }
        } catch {
            ftruncate(file, off_t(offset))
            throw error
        }
        offset += Int64(bytes.count)
        lines += events.count
    }

    /// Writes all that is known into a new file and puts it into the place of the old one. Where that fails the old one
    /// stays, and grows on.
    private func shorten(_ state: SchedulerState) {
        let temporary = path + ".new"
        let line = Array(JournalLine.write(JournalEvent(at: Clock.unixMilliseconds(), .known(state))).utf8)
        limit = max(smallest, 2 * offset)
        guard let sink = try? FileSink(creating: temporary) else { return }
        let isWritten = (try? line.withUnsafeBytes { try sink.write($0) }) != nil && fsync(sink.descriptor) == 0
        guard (try? sink.close()) != nil, isWritten, rename(temporary, path) == 0 else {
            unlink(temporary)
            return
        }
        syncFolder()
        var status = stat()
        close(file)
        file = open(path, O_RDWR | O_APPEND | O_CLOEXEC)
        fstat(file, &status)
        inode = UInt64(status.st_ino)
        (offset, lines) = (Int64(line.count), 1)
        limit = max(smallest, 3 * offset)
    }

    private func syncFolder() {
        let folder = open(folderOf(path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { return }
        fsync(folder)
        close(folder)
    }
}
