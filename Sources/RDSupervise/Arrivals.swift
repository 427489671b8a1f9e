import Glibc
import RDBytes
import RDProcess
import RDSchedule

/// Watches the folders of jobs that wait for files. A file has arrived when it has not changed for a while; it is then
/// claimed by moving it, so that nobody else takes it, and goes to `done` or `failed` in the end.
struct Arrivals {
    private struct Sight: Equatable {
        var size: Int64
        var modified: Int64
        var inode: UInt64
    }

    private var seen: [String: (sight: Sight, since: Int64)] = [:]
    private var last = Int64.min
    /// When files of runs that ended are looked for again, in nanoseconds of the monotonic clock.
    var nextLook = Int64.min
    /// Files with names that are no text, and those of them of which people were told.
    var unreadable: Set<String> = []
    var told: Set<String> = []
    /// Files that could not be moved and of which people were told.
    private var stuck: Set<String> = []
    /// Moves to other file systems.
    private let mover = FileMover()
    /// True while files are being moved.
    var isMoving: Bool { mover.isBusy }

    /// Where the file of a run is while it runs: a folder of the run's own beside it, so that it keeps its name.
    static func place(_ file: String, _ run: String) -> String {
        "\(folderOf(file))/.rd-claimed/\(run)/\(name(file))"
    }

    /// The files that have arrived at `now`, seconds since 1970, job by job. Looks once a second at most.
    mutating func look(_ timetable: Timetable, _ site: RunSite, now: Int64) -> [(Job, [String])] {
        guard now != last else { return [] }
        last = now
        var current: [String: (sight: Sight, since: Int64)] = [:]
        var found: [(Job, [String])] = []
        unreadable = []
        for job in timetable.jobs {
            guard let trigger = job.fileTrigger else { continue }
            var ready: [String] = []
            for path in Self.matches(site.path(trigger.pattern)) {
                guard let sight = Self.sight(path) else {
                    // What stands for bytes that are no text leads to no file; the journal could not name it.
                    if path.unicodeScalars.contains("\u{FFFD}"), !exists(path) { unreadable.insert(path) }
                    continue
                }
                let since = seen[path].flatMap { $0.sight == sight ? min($0.since, now) : nil } ?? now
                current[path] = (sight, since)
                if now - since >= trigger.settle { ready.append(path) }
            }
            if !ready.isEmpty { found.append((job, ready.sorted())) }
        }
        seen = current
        return found
    }

    /// Moves a file to where its run finds it.
    mutating func claim(_ path: String, _ run: Run, _ log: Log) {
        seen[path] = nil
        guard let place = run.file else { return }
        try? makeFolder(folderOf(place))
        guard rename(path, place) != 0 else { return }
        log.write(.warning, systemError(.io, "\(path) cannot be claimed", errno).message)
    }

    /// Makes sure that a run's file is where it belongs: a scheduler may have ended between deciding and moving. A file
    /// that is gone is exit 66.
    func claimAgain(_ place: String) throws(RDError) {
        if exists(place) { return }
        let original = "\(folderOf(folderOf(folderOf(place))))/\(Self.name(place))"
        try makeFolder(folderOf(place))
        guard rename(original, place) == 0 else { throw systemError(.noInput, original, errno) }
    }

    /// Moves a file to where it goes after its run; one of the same name that is there stays, and the new one gets the
    /// run's name too. A job that is gone from the timetable had them beside its files. On another file system it is
    /// there in a while. Where a file cannot be moved that is said once, and `putBack` tries again.
    mutating func put(_ place: String, _ job: Job?, _ site: RunSite, isGood: Bool, _ log: Log) {
        guard exists(place), !mover.has(place) else { return }
        let home = folderOf(folderOf(folderOf(place)))
        let given = isGood ? job?.fileTrigger?.done : job?.fileTrigger?.failed
        let folder = given.map { site.path($0) } ?? "\(home)/\(isGood ? "done" : "failed")"
        var target = "\(folder)/\(Self.name(place))"
        if mover.isTaken(target) || exists(target) && !isCopy(target, of: place) {
            target += ".\(Self.name(folderOf(place)))"
        }
        do {
            try makeFolder(folder)
            if try renameFile(place, to: target) {
                moved(place, to: target, log)
            } else {
                mover.move(place, to: target)
            }
        } catch {
            moved(place, to: target, log, flaw: error)
        }
    }

    /// Takes note of the moves to other file systems that have ended.
    mutating func noteMoves(_ log: Log) {
        for move in mover.ended() { moved(move.source, to: move.target, log, flaw: move.flaw) }
    }

    private mutating func moved(_ place: String, to target: String, _ log: Log, flaw: (any Error)? = nil) {
        if let flaw {
            if stuck.insert(place).inserted { log.write(.error, "\(flaw); it is tried again") }
            return
        }
        removeFolders(of: place)
        if stuck.remove(place) != nil { log.write(.info, "\(place) could be moved at last: \(target)") }
    }

    /// Removes the folders that a file was claimed in, where nothing else is in them.
    func removeFolders(of place: String) {
        rmdir(folderOf(place))
        rmdir(folderOf(folderOf(place)))
    }

    static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    static func matches(_ pattern: String) -> [String] {
        let folder = folderOf(pattern)
        let last = name(pattern)
        let names = (try? filesOf(folder)) ?? []
        return names.filter { fnmatch(last, $0, FNM_PERIOD) == 0 }.map { "\(folder)/\($0)" }
    }

    private static func sight(_ path: String) -> Sight? {
        var status = stat()
        guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return Sight(size: Int64(status.st_size), modified: modified, inode: UInt64(status.st_ino))
    }
}

extension Job {
    /// What files the job waits for; nil where it waits for none.
    var fileTrigger: FileTrigger? { if case .file(let trigger) = trigger { trigger } else { nil } }
}
