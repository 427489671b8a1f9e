/// Decides what happens next, from a timetable and what is known. It reads no clock and starts nothing: what it
/// decides are events for the journal and runs to begin or to end.
public struct Scheduler: Sendable {
    /// The jobs.
    public private(set) var timetable: Timetable
    /// What is known.
    public private(set) var state: SchedulerState
    /// The newest time that the clock showed, in seconds since 1970.
    var horizon = Int64.min
    /// The next fires of the jobs but for those in `unsure`.
    var fires = FireQueue()
    /// Jobs whose next fire is to be found out.
    var unsure: Set<String> = []
    /// Jobs that join others by the day and not by the moment.
    var joinsByDay: Set<String> = []
    /// False until the jobs of the timetable were held against what is known.
    private var isMet = false
    let newID: @Sendable (Int64) -> String

    /// Fires that are at most so many seconds old are on time.
    public static let tolerance: Int64 = 120

    /// So many runs of one job wait at most.
    static let longestQueue = 10_000

    /// So many events are decided on in one go, or a few more; the rest as soon as these are done. In between signals
    /// and ends of runs are heeded.
    static let mostAtOnce = 2000

    /// What is decided in one go.
    public struct Decision: Equatable, Sendable {
        /// What the journal must hold before anything else is done; already part of the state.
        public var events: [JournalEvent] = []
        /// Runs to end, by their names.
        public var stops: [String] = []
    }

    /// A scheduler of `timetable` that knows `state`. `newID` names a run queued at that moment, in milliseconds since
    /// 1970.
    public init(_ timetable: Timetable, _ state: SchedulerState, newID: @escaping @Sendable (Int64) -> String) {
        self.timetable = timetable
        self.state = state
        self.newID = newID
        joinsByDay = timetable.jobsJoinedByDay
        unsure = Set(timetable.jobs.map(\.name))
        horizon = state.jobs.values.map(\.cursor).max() ?? .min
    }

    /// Goes on with another timetable.
    public mutating func use(_ timetable: Timetable) {
        self.timetable = timetable
        joinsByDay = timetable.jobsJoinedByDay
        forgetFires()
    }

    private mutating func forgetFires() {
        fires = FireQueue()
        unsure = Set(timetable.jobs.map(\.name))
        isMet = false
    }

    /// Takes an event of another process into account.
    public mutating func apply(_ event: JournalEvent) {
        state.apply(event)
        horizon = max(horizon, event.at / 1000)
        switch event.kind {
        case .seen(let job, _), .missed(let job, _, _), .paused(let job, _), .resumed(let job, _),
            .skipped(let job, _, _):
            unsure.insert(job)
        case .queued(let run): unsure.insert(run.job)
        case .known: forgetFires()
        default: return
        }
    }

    /// Everything that follows at `now` (milliseconds since 1970), but for runs that may begin: see `startable`.
    /// `chance`, from 0 to 1, decides where within its jitter the wait before another attempt lies.
    public mutating func decide(now: Int64, chance: Double) -> Decision {
        var decision = Decision()
        turnBack(now / 1000)
        meet(now, &decision)
        settle(now, chance, &decision)
        fire(now, &decision)
        decision.stops += state.cancelled.keys.filter { state.active[$0]?.began != nil }.sorted()
        return decision
    }

    /// Where the clock was set back, fires that come again are looked at again; those that ran are known by their date.
    private mutating func turnBack(_ seconds: Int64) {
        if seconds < horizon {
            for (name, job) in state.jobs where job.cursor > seconds {
                state.jobs[name]?.cursor = seconds
                unsure.insert(name)
            }
        }
        horizon = seconds
    }

    /// Jobs that are new, or whose trigger is.
    private mutating func meet(_ now: Int64, _ decision: inout Decision) {
        if isMet { return }
        isMet = true
        for run in state.active.values where run.began == nil && run.cause.isOfTimetable && timetable[run.job] == nil {
            record(.cancelled(run: run.id, by: "the timetable, which lacks the job"), now, &decision)
        }
        for (name, known) in state.jobs.sorted(by: { $0.key < $1.key }) where known.trigger != "" {
            if timetable[name] == nil { record(.removed(job: name), now, &decision) }
        }
        for job in timetable.jobs {
            let trigger = "\(job.trigger.text) in \(job.zone.name)"
            if state.jobs[job.name]?.trigger != trigger {
                record(.seen(job: job.name, trigger: trigger), now, &decision)
            }
        }
    }

    mutating func record(_ kind: JournalEvent.Kind, _ now: Int64, _ decision: inout Decision) {
        let event = JournalEvent(at: now, kind)
        apply(event)
        decision.events.append(event)
    }

    /// Queues a run, or does what the job's overlap rule asks for where one still goes on.
    mutating func admit(
        _ job: Job, _ date: Int64, _ cause: Run.Cause, _ now: Int64, file: String? = nil, _ decision: inout Decision
    ) {
        // No copy of the active runs is held while one is added: with thousands, each would be a copy of them all.
        let count = state.jobs[job.name]?.active.count ?? 0
        switch job.overlap {
        case .skip where cause == .schedule && isTaken(job), _ where count >= Self.longestQueue:
            return record(.skipped(job: job.name, date: date, reason: .overlap), now, &decision)
        case .kill where cause == .schedule || cause == .after:
            for id in state.jobs[job.name]?.active ?? [] { record(.cancelled(run: id, by: "overlap"), now, &decision) }
        default: break
        }
        let run = Run(
            id: newID(now), job: job.name, date: date, cause: cause, notBefore: min(date, now / 1000), file: file)
        record(.queued(run), now, &decision)
    }

    /// Whether a fire is skipped for the sake of runs that are unfinished. Where all that was missed is caught up, what
    /// fires meanwhile waits its turn behind it.
    private func isTaken(_ job: Job) -> Bool {
        let active = state.jobs[job.name]?.active ?? []
        let catchesUp = active.contains { state.active[$0]?.cause == .catchup }
        return !active.isEmpty && !(catchesUp && job.catchUp == .all)
    }

    /// A further attempt at what `run` tried.
    mutating func again(_ run: Run, _ cause: Run.Cause, notBefore: Int64, _ now: Int64, _ decision: inout Decision) {
        let next = Run(
            id: newID(now), job: run.job, date: run.date, cause: cause, attempt: run.attempt + 1, notBefore: notBefore,
            file: run.file)
        record(.queued(next), now, &decision)
    }
}
