import Glibc
import RDBytes
import RDChain
public import RDProcess
public import RDSchedule

/// Runs a timetable: waits, begins what the scheduler decides on, and writes down what became of it.
///
/// Its promise: a run is in the journal, on the disk, before anything of it is started, so that no logical date is
/// started twice, whatever becomes of this process; and a run that began and whose end nobody saw is `lost`, and caught
/// up by its job's rule.
public final class Supervisor {
    /// How a scheduler works beside what the timetable says.
    public struct Settings: Sendable {
        /// Runs that begin in one second at most.
        public var startsPerSecond = 50
        /// Logs kept of each job.
        public var logs = 100
        /// Where Prometheus's text goes; nil for nowhere.
        public var metricsFile: String?
        /// Whether the warehouse is told of runs.
        public var mirrors = true
        /// Whether people are told of failures.
        public var alerts = true

        /// The defaults.
        public init() {}
    }

    let folder: SchedulerFolder
    let settings: Settings
    let log: Log
    let journal: Journal
    var scheduler: Scheduler
    var site: RunSite
    private let reload: () throws -> Timetable
    private let loop: EventLoop
    private let lock: SchedulerLock
    let me = ProcessMark.current

    /// Chains that this process began and that go on.
    var chains: [String: ChainHandle] = [:]
    /// Runs that ended, of which the journal does not know yet.
    var over: [String: Run.Ending] = [:]
    /// Runs that were asked to end.
    var asked: Set<String> = []
    var rate: StartRate
    var arrivals = Arrivals()
    var errands: [Errand] = []
    var desk: NoticeDesk
    private var isDraining = false
    private var isAborting = false
    private var trouble: String?
    private var lastBeat: Int64 = 0

    /// A scheduler that holds the lock of its folder. `reload` reads the timetable. Where another one holds the lock:
    /// exit 75.
    public init(
        _ folder: SchedulerFolder, _ site: RunSite, _ settings: Settings, _ log: Log,
        reload: @escaping () throws -> Timetable
    ) throws {
        try folder.make()
        lock = try SchedulerLock(folder.lock, now: Clock.unixMilliseconds())
        (self.folder, self.site, self.settings, self.log, self.reload) = (folder, site, settings, log, reload)
        journal = try Journal(folder.journal)
        scheduler = Scheduler(try reload(), SchedulerState()) { newRunIdentity($0) }
        loop = try EventLoop()
        rate = StartRate(perSecond: settings.startsPerSecond, now: Clock.monotonicNanoseconds())
        desk = NoticeDesk(folder, site, settings)
    }

    /// Works until a TERM or INT, and then until what goes on has ended; a second one ends that too. A flaw in the
    /// journal is exit 65; whatever else goes wrong is logged and tried again.
    public func run() throws {
        try journal.read(&scheduler)
        log.write(.info, "scheduling \(scheduler.timetable.jobs.count) jobs; state in \(folder.path)")
        try step()
        removeOldResults()
        while !isAtEnd {
            let handles = chains.map { (run: $0.key, descriptor: $0.value.descriptor) }
            let news = loop.wait(handles.map(\.descriptor), milliseconds: pause())
            if news.isClockSet { log.write(.warning, "the clock was set; what is due is worked out anew") }
            for signal in news.signals { heed(signal) }
            for handle in handles where news.ready.contains(handle.descriptor) { collect(handle.run) }
            try step()
        }
        finishErrands()
        log.write(.info, "the scheduler ends; no run goes on")
    }

    /// What cannot be written down holds up the end only until a second signal: the keepers' results are there for the
    /// next scheduler, and so is a file on its way to another file system.
    private var isAtEnd: Bool {
        isDraining && chains.isEmpty && (isAborting || over.isEmpty && !arrivals.isMoving)
    }

    private func heed(_ signal: Int32) {
        switch signal {
        case SIGHUP: readTimetable()
        case SIGTERM, SIGINT:
            if isDraining {
                isAborting = true
                for chain in chains.values { chain.terminate() }
            }
            isDraining = true
            log.write(
                .info,
                isAborting
                    ? "ending \(chains.count) runs"
                    : "nothing new is begun; \(chains.count) runs go on, a second signal ends them")
        default: return
        }
    }

    private func readTimetable() {
        do {
            scheduler.use(try reload())
            log.write(.info, "the timetable was read again: \(scheduler.timetable.jobs.count) jobs")
        } catch {
            let why = (error as? any CodedError)?.message ?? "\(error)"
            log.write(.error, "the timetable was not taken over, the one from before goes on: \(why)")
        }
    }

    /// One round of deciding and doing.
    private func step() throws {
        do {
            // Before others' runs are looked after: one that a command has written down as ended is not deserted.
            try journal.read(&scheduler)
            lookAfterOthers()
            try decide(mayBegin: !isDraining)
            if let trouble { log.write(.info, "the state folder can be written again, after: \(trouble)") }
            trouble = nil
        } catch let error as any CodedError where error.exitCode != .data {
            if trouble == nil {
                log.write(.error, "nothing is begun while the state folder cannot be written: \(error.description)")
            }
            trouble = error.message
        }
        runErrands()
        let now = Clock.monotonicNanoseconds()
        if now - lastBeat > 5_000_000_000 {
            lastBeat = now
            lock.beat()
        }
    }

    /// Milliseconds until something is to be done by the clock, ten seconds at most.
    private func pause() -> Int64 {
        var pause: Int64 = trouble == nil ? 10_000 : 1000
        let isWatching = scheduler.timetable.jobs.contains { $0.fileTrigger != nil }
        if isWatching || !errands.isEmpty || !over.isEmpty || hasOthers || arrivals.isMoving { pause = min(pause, 500) }
        if isDraining { return pause }
        let now = Clock.unixMilliseconds()
        // What may begin but for the rate waits a moment only; what waits for a slot, until a run ends.
        if !scheduler.startable(now: now / 1000).isEmpty { pause = min(pause, 20) }
        if let wake = scheduler.nextWake() { pause = min(pause, max(0, wake * 1000 - now)) }
        return trouble == nil ? pause : max(pause, 200)
    }

    /// How a run of this scheduler ended, by what its keeper says.
    func ending(_ run: String, _ result: ChainResult) -> Run.Ending {
        let isCancelled = !isAborting || scheduler.state.cancelled[run] != nil
        return Run.Ending(result, log: scheduler.state.active[run]?.log, isCancelled: isCancelled)
    }
}

extension Run.Ending {
    /// How a run ended, by what its keeper says and its log.
    init(_ result: ChainResult, log: String?, isCancelled: Bool = true) {
        let status: Run.Status =
            switch result.endedBy {
            case .itself: result.exitCode == 0 ? .success : .failed
            case .timeout: .timeout
            case .cancelled: isCancelled ? .cancelled : .lost
            case .supervisorLost: .lost
            }
        self.init(
            status: status, code: Int(result.exitCode), at: result.ended / 1000, stages: result.stagesJSON,
            rows: log.flatMap { RunLog($0).rows })
    }
}
