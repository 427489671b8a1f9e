public import RDBytes
import RDChain
import RDProcess
import RDSchedule

/// Where the scheduler of one timetable keeps what it must not forget: below `sched` in the state folder, by the
/// timetable's name and a hash of its path, which is the same however the path is spelled.
public struct SchedulerFolder: Sendable {
    /// The folder.
    public let path: String
    /// The timetable's path, without links.
    public let timetable: String
    /// The state folder.
    public let home: String

    /// The folder for the timetable at the path `timetable`; `home` is the state folder.
    public init(timetable path: String, home: String) {
        // Two spellings of one file would have a scheduler each, and every date would run twice.
        timetable = canonicalPath(path)
        self.home = absolutePath(home)
        let file = timetable.split(separator: "/").last.map(String.init) ?? "timetable"
        let name = file.split(separator: ".").first.map(String.init) ?? file
        var hash = SHA256()
        Array(timetable.utf8).withUnsafeBytes { hash.update($0) }
        self.path = "\(self.home)/sched/\(name)-\(SHA256.hex(hash.finalize()).prefix(8))"
    }

    /// Makes the folder with all that is in it. A failure is exit 73.
    public func make() throws(RDError) {
        for folder in [path, results, logs, spool] { try makeFolder(folder, mode: 0o700) }
    }

    /// Takes what a run needs on the disk before it may begin: the room for its result, and a folder for its log. A
    /// failure is exit 73 or 74.
    func makeRoom(for run: Run, _ job: Job) throws(RDError) {
        try makeFolder("\(logs)/\(job.name)", mode: 0o700)
        try reserveChainResult(result(run.id), for: job.command)
    }

    /// The journal.
    public var journal: String { "\(path)/journal.ndjson" }
    /// What the running scheduler holds.
    public var lock: String { "\(path)/scheduler.lock" }
    /// Where keepers write how chains ended.
    public var results: String { "\(path)/results" }
    /// Where runs' logs are.
    public var logs: String { "\(path)/logs" }
    /// Runs that the warehouse does not know yet.
    public var spool: String { "\(path)/spool" }

    /// Where the keeper of a run writes how its chain ended.
    public func result(_ run: String) -> String { "\(results)/\(run).json" }

    /// The log of a run.
    public func log(_ job: String, _ run: String) -> String { "\(logs)/\(job)/\(run).log" }
}
