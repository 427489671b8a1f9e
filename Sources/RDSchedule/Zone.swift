/// A time zone: which offset from UTC its clocks had and will have. Instants are seconds since 1970 in UTC.
public struct Zone: Equatable, Sendable {
    /// The name in the zone database, such as `Europe/London`.
    public let name: String
    /// The offset before the first change, in seconds east of UTC.
    let first: Int
    /// The changes in order; each one alters the offset.
    let changes: [Change]
    /// The rule for what comes after the last change.
    let rule: PosixRule?

    /// A moment at which the clocks are set.
    struct Change: Equatable, Sendable {
        let at: Int64
        let offset: Int
    }

    /// A stretch of time in which the clocks are not set.
    public struct Stretch: Equatable, Sendable {
        /// The first instant.
        public let start: Int64
        /// The instant after the last one.
        public let end: Int64
        /// Seconds east of UTC.
        public let offset: Int
    }

    /// Coordinated Universal Time.
    public static let utc = Zone(name: "UTC", first: 0, changes: [], rule: nil)

    init(name: String, first: Int, changes: [Change], rule: PosixRule?) {
        self.name = name
        self.first = first
        self.rule = rule
        var kept: [Change] = []
        for change in changes where change.offset != kept.last?.offset ?? first { kept.append(change) }
        self.changes = kept
    }

    /// The stretch that `instant` lies in.
    public func stretch(at instant: Int64) -> Stretch {
        guard let last = changes.last, instant < last.at else { return stretchAfterChanges(instant) }
        var low = 0
        var high = changes.count
        while low < high {
            let middle = (low + high) / 2
            if changes[middle].at <= instant { low = middle + 1 } else { high = middle }
        }
        let start = low == 0 ? Int64.min : changes[low - 1].at
        return Stretch(start: start, end: changes[low].at, offset: low == 0 ? first : changes[low - 1].offset)
    }

    private func stretchAfterChanges(_ instant: Int64) -> Stretch {
        let start = changes.last?.at ?? .min
        let offset = changes.last?.offset ?? rule?.standard ?? first
        guard let rule, rule.summer != nil else { return Stretch(start: start, end: .max, offset: offset) }
        var previous = Change(at: start, offset: offset)
        for change in rule.changes(around: instant) where change.at > start {
            if change.at > instant { return Stretch(start: previous.at, end: change.at, offset: previous.offset) }
            if change.offset != previous.offset { previous = change }
        }
        return Stretch(start: previous.at, end: .max, offset: previous.offset)
    }

    /// The offset at `instant`, in seconds east of UTC.
    public func offset(at instant: Int64) -> Int { stretch(at: instant).offset }
}
