import Synchronization

/// Drives a scheduler through a stretch of time with a clock of its own, from one moment at which something happens to
/// the next. Nothing is started: a run takes as long and ends as the caller says.
public struct Simulation: Sendable {
    /// The scheduler, as it stands at `clock`.
    public private(set) var scheduler: Scheduler
    /// The moment that was reached, in seconds since 1970.
    public private(set) var clock: Int64
    private var ends: [(at: Int64, run: String, code: Int)] = []
    private let behaviour: @Sendable (Run) -> (seconds: Int64, code: Int)

    /// A simulation that begins at `clock` and knows nothing of before. `behaviour` says how long a run takes and its
    /// exit code.
    public init(
        _ timetable: Timetable, from clock: Int64, behaviour: @escaping @Sendable (Run) -> (seconds: Int64, code: Int)
    ) {
        let numbers = Numbers()
        scheduler = Scheduler(timetable, SchedulerState()) { _ in numbers.next() }
        self.clock = clock
        self.behaviour = behaviour
        _ = scheduler.decide(now: clock * 1000, chance: 0.5)
    }

    /// Goes on until `end` and gives each run as it begins to `began`, with the moment.
    public mutating func run(until end: Int64, began: (Run, Int64) -> Void) {
        settle(began)
        while let next = next(), next <= end {
            clock = max(clock, next)
            settle(began)
        }
        clock = max(clock, end)
    }

    private mutating func next() -> Int64? {
        let wake = scheduler.nextWake()
        guard let end = ends.map(\.at).min() else { return wake }
        return min(wake ?? end, end)
    }

    /// Everything that happens at this moment.
    private mutating func settle(_ began: (Run, Int64) -> Void) {
        while true {
            let over = ends.filter { $0.at <= clock }
            ends.removeAll { $0.at <= clock }
            for item in over { end(item.run, item.code) }
            let decision = scheduler.decide(now: clock * 1000, chance: 0.5)
            for run in decision.stops {
                ends.removeAll { $0.run == run }
                end(run, 143, status: .cancelled)
            }
            let startable = scheduler.startable(now: clock)
            for run in startable { begin(run, began) }
            if startable.isEmpty, decision.stops.isEmpty, over.isEmpty { return }
        }
    }

    private mutating func begin(_ run: Run, _ began: (Run, Int64) -> Void) {
        let owner = ProcessMark(pid: 1, ticks: 0, boot: "simulation")
        scheduler.apply(JournalEvent(at: clock * 1000, .began(run: run.id, owner: owner, log: "")))
        began(run, clock)
        let (seconds, code) = behaviour(run)
        ends.append((clock + seconds, run.id, code))
    }

    private mutating func end(_ run: String, _ code: Int, status: Run.Status? = nil) {
        let ending = Run.Ending(status: status ?? (code == 0 ? .success : .failed), code: code, at: clock * 1000)
        scheduler.apply(JournalEvent(at: clock * 1000, .ended(run: run, ending)))
    }
}

/// Names of runs that are numbers.
private final class Numbers: Sendable {
    private let count = Mutex(0)

    func next() -> String {
        count.withLock { number in
            number += 1
            return "run-\(number)"
        }
    }
}
