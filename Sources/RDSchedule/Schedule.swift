import RDBytes

/// When a job runs by the clock.
public enum Schedule: Equatable, Sendable {
    /// By a cron expression.
    case cron(CronExpression)
    /// Every day at these minutes after midnight, in order.
    case daily([Int])
    /// Every so many seconds, counted from 1970-01-01T00:00:00Z, whatever the zone's clocks do.
    case every(Int64)

    /// A schedule for times of the day like `02:00`.
    public init(times: [String]) throws(ScheduleFlaw) {
        var minutes: [Int] = []
        for text in times { minutes.append(try Self.minute(text)) }
        guard !minutes.isEmpty else { throw ScheduleFlaw("expected at least one time of the day") }
        self = .daily(Set(minutes).sorted())
    }

    /// Minutes after midnight of a time of the day like `02:00`.
    public static func minute(_ text: String) throws(ScheduleFlaw) -> Int {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 2, (1...2).contains(parts[0].utf8.count), parts[1].utf8.count == 2,
            let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour), (0..<60).contains(minute),
            !text.contains("+"), !text.contains("-")
        else { throw ScheduleFlaw("found '\(text)'; expected a time of the day from 00:00 to 23:59") }
        return hour * 60 + minute
    }

    /// A moment at which a schedule fires.
    public struct Fire: Equatable, Sendable {
        /// Seconds since 1970 in UTC.
        public let at: Int64
        /// What a change of the clocks did to it.
        public let shift: Shift
    }

    /// What a change of the clocks did to a fire.
    public enum Shift: Equatable, Sendable {
        /// Nothing.
        case none
        /// The clocks skipped the time, which this many seconds of 1970's clocks name; the job runs at once after it.
        case skipped(local: Int64)
        /// The clocks show the time twice; this is the first of the two, and the job does not run again.
        case repeated
    }

    /// True where the job follows the clock through a change of daylight saving.
    public var isWild: Bool {
        switch self {
        case .cron(let expression): expression.isWild
        case .daily: false
        case .every: true
        }
    }
}
