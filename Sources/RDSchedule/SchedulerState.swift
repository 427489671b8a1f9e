/// What the scheduler knows: the sum of the journal's events.
public struct SchedulerState: Equatable, Sendable {
    /// What is known of one job.
    public struct JobState: Equatable, Sendable {
        /// Fires up to this moment are decided, in seconds since 1970.
        public internal(set) var cursor: Int64
        /// The trigger that the cursor belongs to.
        public internal(set) var trigger: String
        /// True while somebody keeps it from running.
        public internal(set) var isPaused = false
        /// Its unfinished runs in the order in which they were queued.
        public internal(set) var active: [String] = []
        /// Its last run that ended.
        public internal(set) var last: Run?
        /// Its last run that ended well.
        public internal(set) var lastSuccess: Run?
        /// Since when successes are expected of it, in seconds since 1970: when it was first seen, put back, given
        /// another trigger, or resumed.
        public internal(set) var since: Int64
        /// What its schedule names up to this moment is covered by a success, in seconds since 1970; nil before the
        /// first one.
        public internal(set) var covered: Int64?
        /// For how long a success has been overdue of which people know, in seconds since 1970; nil where none is.
        public internal(set) var alarmed: Int64?
        /// Logical dates that were run or skipped by its trigger, the newest last.
        var dates: [Int64] = []
        /// Logical dates up to this one are not remembered one by one; none of them runs again.
        var floor = Int64.min
        /// How logical dates ended for good, the newest last.
        var results: [Result] = []

        /// True where the logical date was run or skipped.
        func isDecided(_ date: Int64) -> Bool {
            if date <= floor { return true }
            let place = place(of: date)
            return place < dates.count && dates[place] == date
        }

        /// Where the date stands among `dates`, or would.
        private func place(of date: Int64) -> Int {
            guard let last = dates.last, date <= last else { return dates.count }
            var (low, high) = (0, dates.count - 1)
            while low < high {
                let middle = (low + high) / 2
                if dates[middle] < date { low = middle + 1 } else { high = middle }
            }
            return low
        }

        mutating func decide(_ date: Int64) {
            guard !isDecided(date) else { return }
            dates.insert(date, at: place(of: date))
            guard dates.count > 2 * SchedulerState.memory else { return }
            floor = dates[SchedulerState.memory - 1]
            dates.removeFirst(SchedulerState.memory)
        }

        /// The last word on a logical date; a further attempt says another.
        mutating func conclude(_ date: Int64, _ outcome: Outcome, isFirst: Bool) {
            if !isFirst { results.removeAll { $0.date == date } }
            results.append(Result(date: date, outcome: outcome))
            if results.count > 2 * SchedulerState.memory { results.removeFirst(SchedulerState.memory) }
        }
    }

    /// How a logical date ended for good.
    struct Result: Equatable, Sendable {
        let date: Int64
        let outcome: Outcome
    }

    enum Outcome: String, Equatable, Sendable {
        case success, failed, skipped
    }

    /// The jobs, by name.
    public internal(set) var jobs: [String: JobState] = [:]
    /// Unfinished runs.
    public internal(set) var active: [String: Run] = [:]
    /// Runs that ended, the newest last; as many as `memory` allows.
    public internal(set) var ended: [Run] = []
    /// Unfinished runs that somebody wants to end.
    public internal(set) var cancelled: [String: String] = [:]
    /// Logical dates of which nobody has decided what follows.
    var loose = LooseDates()
    /// How many ended runs, and dates and results of a job, are kept at least.
    public static let memory = 500

    /// Nothing known yet.
    public init() {}

    /// The run called `id`, or whose name begins so where only one does.
    public func run(_ id: String) -> Run? {
        if let run = active[id] { return run }
        let found = active.values.filter { $0.id.hasPrefix(id) } + ended.filter { $0.id.hasPrefix(id) }
        return found.first { $0.id == id } ?? (found.count == 1 ? found[0] : nil)
    }

    /// Runs that began and have not ended.
    public var running: [Run] { active.values.filter { $0.began != nil } }
}
