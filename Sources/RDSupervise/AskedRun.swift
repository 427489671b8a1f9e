import Glibc
import RDBytes
public import RDChain
import RDProcess
public import RDSchedule

/// A run that a command was asked for and begins itself, with no scheduler needed: by hand, or for a moment of the past.
/// It is in the journal before anything of it is started, as every run is, so a scheduler that runs meanwhile knows what
/// is busy; and where the command is killed, the keeper ends the chain and the scheduler finds the result.
public final class AskedRun {
    /// The run as the journal has it.
    public private(set) var run: Run
    /// How many processes were found and killed that a keeper left which was itself killed.
    public private(set) var strays = 0
    private let handle: ChainHandle
    private let folder: SchedulerFolder
    private let journal: Journal
    private var scheduler: Scheduler

    /// The process that looks after the chain.
    var keeper: Int32 { handle.keeper }

    /// Readable when the chain has ended: see `conclude`.
    public var descriptor: Int32 { handle.descriptor }

    /// Begins a run of `job` for the logical date `date`. `scheduler` knows the timetable. With `echo` the chain's output
    /// is this process's too; `variables` are for this run, beside those of the job. Where a run of the job goes on, or one
    /// that holds a lock that it needs: exit 75. One that was left behind by a command that was killed does not count; its
    /// end is written down.
    public init(
        _ job: Job, date: Int64, cause: Run.Cause, _ scheduler: Scheduler, _ folder: SchedulerFolder, _ site: RunSite,
        echo: Bool, allowsSameJob: Bool = false, variables: [String] = []
    ) throws {
        try folder.make()
        self.folder = folder
        self.scheduler = scheduler
        journal = try Journal(folder.journal)
        run = try journal.write(&self.scheduler) { draft in
            let (ends, rest) = AskedRun.endDeserted(&draft, folder)
            if let obstacle = rest.obstacle(to: job, allowsSameJob: allowsSameJob) {
                throw RDError(.temporary, "\(job.name) cannot run now: \(obstacle)", remedy: "try again later")
            }
            let now = Clock.unixMilliseconds()
            let (queued, run) = draft.ask(job, date: date, cause: cause, now: now)
            try folder.makeRoom(for: run, job)
            let began = JournalEvent(
                at: now, .began(run: run.id, owner: .current, log: folder.log(job.name, run.id)))
            draft.apply(began)
            return (ends + [queued, began], draft.state.run(run.id) ?? run)
        }
        do {
            handle = try AskedRun.start(job, run, folder, site, echo, variables)
        } catch {
            let code = (error as? any CodedError)?.exitCode ?? .internalError
            let ending = Run.Ending(status: .failed, code: Int(code.rawValue), at: Clock.unixMilliseconds())
            removeChainResult(folder.result(run.id))
            try AskedRun.write(.ended(run: run.id, ending), journal, &self.scheduler)
            throw error
        }
        let mark = ProcessMark(pid: handle.keeper, ticks: handle.startTicks, boot: handle.bootID)
        // Where this cannot be written, the chain is found by its environment.
        try? AskedRun.write(.kept(run: run.id, keeper: mark), journal, &self.scheduler)
    }

    /// The ends of runs that commands left behind, which `draft` has from now on, and what is known without deserted runs
    /// of the timetable: those are for a scheduler, which has more to do then, but hold nobody up until one is there.
    private static func endDeserted(
        _ draft: inout Scheduler, _ folder: SchedulerFolder
    ) -> (events: [JournalEvent], rest: Scheduler) {
        var events: [JournalEvent] = []
        var rest = draft
        let now = Clock.unixMilliseconds()
        for run in draft.state.running where run.isDeserted(folder) {
            if run.cause.isOfTimetable {
                rest.apply(JournalEvent(at: now, .ended(run: run.id, Run.Ending(status: .lost, code: nil, at: now))))
                continue
            }
            let event = JournalEvent(at: now, .ended(run: run.id, run.endingOfDeserted(folder)))
            draft.apply(event)
            rest.apply(event)
            events.append(event)
        }
        return (events, rest)
    }

    private static func start(
        _ job: Job, _ run: Run, _ folder: SchedulerFolder, _ site: RunSite, _ echo: Bool, _ variables: [String]
    ) throws -> ChainHandle {
        var order = try site.order(job, run, log: folder.log(job.name, run.id))
        order.echo = echo
        order.environment += variables
        return try startChain(order, result: folder.result(run.id))
    }

    private static func write(_ kind: JournalEvent.Kind, _ journal: Journal, _ scheduler: inout Scheduler) throws {
        let event = JournalEvent(at: Clock.unixMilliseconds(), kind)
        try journal.write(&scheduler) { draft in
            draft.apply(event)
            return ([event], ())
        }
    }

    /// Asks the chain to end; a second time, kills it.
    public func end(isSecondTime: Bool) { if isSecondTime { handle.kill() } else { handle.terminate() } }

    private static let endings: Set<Int32> = [SIGINT, SIGTERM, SIGHUP]

    /// Waits for the chain; INT, TERM and HUP end it.
    public func follow() throws {
        let loop = try EventLoop()
        var wasAsked = false
        while true {
            let news = loop.wait([handle.descriptor], milliseconds: 60_000)
            if news.ready.contains(handle.descriptor) { return }
            for signal in news.signals where AskedRun.endings.contains(signal) {
                end(isSecondTime: wasAsked)
                wasAsked = true
            }
        }
    }

    /// Takes the end of the chain into the journal, and keeps it for the warehouse where `mirrors`. Gives what the keeper
    /// wrote; nil where it was killed, and the run is lost.
    public func conclude(mirrors: Bool) throws -> ChainResult? {
        handle.close()
        let result = try readChainResult(folder.result(run.id))
        if result == nil { strays = killStrays(ofRun: run.id) }
        let ending = AskedRun.ending(result, log: run.log)
        run.finish(ending)
        if mirrors {
            try writeAtomically(Array((run.spoolLine.text + "\n").utf8), to: "\(folder.spool)/\(run.id).json")
        }
        try AskedRun.write(.ended(run: run.id, ending), journal, &scheduler)
        removeChainResult(folder.result(run.id))
        RunLog.prune(
            folderOf(folder.log(run.job, run.id)), keep: RunLog.keptCount(folder.logs),
            besides: Set(scheduler.state.active.keys))
        return result
    }

    private static func ending(_ result: ChainResult?, log: String?) -> Run.Ending {
        guard let result else { return Run.Ending(status: .lost, code: nil, at: Clock.unixMilliseconds()) }
        return Run.Ending(result, log: log)
    }
}
