import RDBytes

/// The fires of several jobs in order of time, jobs at the same moment in the order of the timetable.
public struct FireSequence: Sequence, IteratorProtocol {
    private let jobs: [(job: Job, schedule: Schedule)]
    private var upcoming: [Schedule.Fire?]

    /// The fires of those of `jobs` that the clock runs, after `instant`.
    public init(_ jobs: [Job], after instant: Int64) {
        self.jobs = jobs.compactMap { job in job.schedule.map { (job, $0) } }
        upcoming = self.jobs.map { $0.schedule.next(after: instant, in: $0.job.zone) }
    }

    /// The next fire; nil where nothing will ever run again.
    public mutating func next() -> (job: Job, fire: Schedule.Fire)? {
        var first: Int?
        for place in upcoming.indices {
            guard let fire = upcoming[place] else { continue }
            if let known = first, let earliest = upcoming[known], earliest.at <= fire.at { continue }
            first = place
        }
        guard let first, let fire = upcoming[first] else { return nil }
        let (job, schedule) = jobs[first]
        upcoming[first] = schedule.next(after: fire.at, in: job.zone)
        return (job, fire)
    }
}

extension Job {
    /// Why a fire of this job is when it is, in one line.
    public func explanation(of fire: Schedule.Fire) -> String {
        let reason = "\(trigger.text) in \(zone.name)"
        switch fire.shift {
        case .none: return reason
        case .repeated:
            return "\(reason): the clocks show this time twice on that day, and it runs the first time only"
        case .skipped(let local):
            let time = Timestamp(seconds: local).text.dropLast(3)
            return "\(reason): \(time) does not exist there, since the clocks skip it; it runs at once after"
        }
    }
}
