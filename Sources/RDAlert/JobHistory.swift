import RDSchedule

/// The last runs of a job.
public struct JobHistory: Equatable, Sendable {
    /// The job.
    public let job: String
    /// When they began, in milliseconds since 1970, oldest first.
    public let began: [Int64]
    /// How long they took, in milliseconds.
    public let milliseconds: [Int]
    /// The last one.
    public let lastRun: String?

    /// The last runs of `job`.
    public init(job: String, began: [Int64], milliseconds: [Int], lastRun: String?) {
        self.job = job
        self.began = began
        self.milliseconds = milliseconds
        self.lastRun = lastRun
    }

    /// Whether the next run is overdue at `now`; nil where nobody can say.
    public func finding(now: Int64, _ settings: AlertSettings) -> Finding? {
        let fixed = settings.job(job)?.expectWithin
        guard let last = began.max() else {
            return fixed.map { _ in
                .raise(
                    Alert(
                        .missedRun, .warning, job: job, subject: AlertSubject.interval,
                        message: "no run of this job is known, and one is expected", occurredAt: now))
            }
        }
        let duration = Usual(milliseconds)?.median ?? 0
        switch MissedVerdict(began, usualDuration: duration, now: now, fixed: fixed, settings.missed) {
        case .learning:
            return nil
        case .expected:
            return .settle(.missedRun, job: job, subject: AlertSubject.interval, note: "runs come again")
        case .missed(let limit):
            let ago = Int(now - last)
            return .raise(
                Alert(
                    .missedRun, .critical, job: job, subject: AlertSubject.interval,
                    message: "no run for \(spanText(Int64(ago / 60_000) * 60)); one was expected within "
                        + "\(spanText(Int64(limit / 1000))) of the last, which began \(momentText(last))",
                    run: lastRun, value: secondsText(ago), threshold: secondsText(limit), occurredAt: now))
        }
    }
}
