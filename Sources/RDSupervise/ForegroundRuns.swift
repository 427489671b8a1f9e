import Glibc
import RDBytes
import RDChain
public import RDProcess
public import RDSchedule

/// Several runs of a job that a command was asked for and waits for, some at a time: a backfill.
public final class ForegroundRuns {
    /// One run that is wanted.
    public struct Wish: Sendable {
        /// The logical date, in seconds since 1970.
        public let date: Int64
        /// Variables beside the job's own, `NAME=VALUE` each.
        public let variables: [String]

        /// A run for `date`.
        public init(date: Int64, variables: [String] = []) {
            self.date = date
            self.variables = variables
        }
    }

    private let job: Job
    private let scheduler: Scheduler
    private let folder: SchedulerFolder
    private let site: RunSite
    private let log: Log
    private let loop: EventLoop
    private var runs: [AskedRun] = []
    private var failure: Int32?
    private var isEnding = false
    private var obstacle: String?

    /// Runs of `job` with the journal of `folder`.
    public init(_ job: Job, _ scheduler: Scheduler, _ folder: SchedulerFolder, _ site: RunSite, _ log: Log) throws {
        (self.job, self.scheduler, self.folder, self.site, self.log) = (job, scheduler, folder, site, log)
        loop = try EventLoop()
    }

    /// Runs the job for each of `wishes` in turn, so many at a time, and waits while a lock that it needs is held. After
    /// a failure nothing further is begun. INT, TERM and HUP end what goes on, a second one kills it. `changed` is called
    /// whenever a run began or ended. Gives the exit code of the first run that failed, 0 for none.
    public func run(_ wishes: [Wish], atATime: Int, changed: () -> Void) throws -> Int32 {
        var waiting = wishes[...]
        while true {
            while runs.count < atATime, failure == nil, !isEnding, let wish = waiting.first, try begin(wish) {
                waiting.removeFirst()
                changed()
            }
            if runs.isEmpty && (waiting.isEmpty || failure != nil || isEnding) { break }
            reapOrphans(besides: Set(runs.map(\.keeper)))
            let isBlocked = !waiting.isEmpty && runs.count < atATime
            let news = loop.wait(runs.map(\.descriptor), milliseconds: isBlocked ? 300 : 10_000)
            if news.signals.contains(where: [SIGINT, SIGTERM, SIGHUP].contains) {
                for run in runs { run.end(isSecondTime: isEnding) }
                isEnding = true
            }
            for run in runs where news.ready.contains(run.descriptor) {
                try conclude(run)
                changed()
            }
        }
        return failure ?? (isEnding ? 143 : 0)
    }

    /// Begins a run; false where something is in its way.
    private func begin(_ wish: Wish) throws -> Bool {
        do {
            runs.append(
                try AskedRun(
                    job, date: wish.date, cause: .backfill, scheduler, folder, site, echo: false, allowsSameJob: true,
                    variables: wish.variables))
            obstacle = nil
            return true
        } catch let error as RDError where error.exitCode == .temporary {
            if obstacle == nil, runs.isEmpty { log.write(.info, "waiting: \(error.message)") }
            obstacle = error.message
            return false
        }
    }

    private func conclude(_ asked: AskedRun) throws {
        runs.removeAll { $0 === asked }
        let result = try asked.conclude(mirrors: true)
        let code = result?.exitCode ?? 70
        let names: [(String, JSONValue)] = [("rd.run", .string(asked.run.id)), ("rd.job", .string(job.name))]
        log.write(
            code == 0 ? .info : .error,
            "\(job.name) for \(job.zone.iso8601(asked.run.date)): \(asked.run.statusText)", attributes: names)
        if code != 0, failure == nil { failure = code }
    }
}
