import RDBytes
import RDSchedule

/// A timetable of jobs in their compiled form; what they run does not matter.
func timetable(_ jobs: [JSONValue], slots: Int = 16) throws -> Timetable {
    let whole = jobs.map { job in
        var job = job
        if job["run"] == nil { job["run"] = "true" }
        return job
    }
    return try Timetable(
        ["kind": "timetable", "timezone": "UTC", "slots": .integer(slots), "jobs": .array(whole)], zoneNamed: zone)
}

/// A scheduler at a clock that the test sets, of which every run ends when the test says so.
struct Desk {
    var scheduler: Scheduler
    /// Seconds since 1970.
    var clock: Int64
    var events: [JournalEvent] = []

    init(_ timetable: Timetable, _ state: SchedulerState = SchedulerState(), at clock: Int64 = 0) {
        scheduler = Scheduler(timetable, state) { _ in String(UInt64.random(in: .min ... .max), radix: 16) }
        self.clock = clock
        decide()
    }

    @discardableResult mutating func decide() -> Scheduler.Decision {
        let decision = scheduler.decide(now: clock * 1000, chance: 0.5)
        events += decision.events
        return decision
    }

    /// Sets the clock and begins what may begin; gives it as `job@date`.
    @discardableResult mutating func at(_ clock: Int64) -> [String] {
        self.clock = clock
        decide()
        let runs = scheduler.startable(now: clock)
        for run in runs { tell(.began(run: run.id, owner: ProcessMark(pid: 7, ticks: 1, boot: "b"), log: "log")) }
        return runs.map { "\($0.job)@\($0.date)" }
    }

    /// Ends the run of `job` that goes on.
    mutating func end(_ job: String, _ code: Int = 0, _ status: Run.Status? = nil) {
        guard let run = scheduler.state.running.first(where: { $0.job == job }) else { return }
        let ending = Run.Ending(status: status ?? (code == 0 ? .success : .failed), code: code, at: clock * 1000)
        tell(.ended(run: run.id, ending))
    }

    mutating func tell(_ kind: JournalEvent.Kind) {
        let event = JournalEvent(at: clock * 1000, kind)
        scheduler.apply(event)
        events.append(event)
    }

    /// The reasons of what was skipped so far.
    var skips: [String] {
        events.compactMap { event in
            guard case .skipped(let job, let date, let reason) = event.kind else { return nil }
            return "\(job)@\(date) \(reason.rawValue)"
        }
    }

    /// How many dates were missed so far.
    var missed: Int {
        events.reduce(0) { sum, event in
            if case .missed(_, _, let count) = event.kind { return sum + count }
            return sum
        }
    }
}
