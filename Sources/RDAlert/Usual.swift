/// What some numbers usually are: their median and how far they lie from it, which a few wild ones cannot move.
///
/// The spread is the median absolute deviation times 1.4826, the standard deviation of normal numbers (Rousseeuw and
/// Croux, "Alternatives to the Median Absolute Deviation", JASA 88, 1993).
public struct Usual: Equatable, Sendable {
    /// The middle; of an even count the mean of the two in the middle.
    public let median: Int
    /// The spread, in the numbers' unit.
    public let spread: Int
    /// The number that nine in ten do not exceed (nearest rank).
    public let ninth: Int

    /// Of no numbers there is none.
    public init?(_ numbers: [Int]) {
        if numbers.isEmpty { return nil }
        let sorted = numbers.sorted()
        median = Self.middle(sorted)
        let middle = median
        spread = Self.middle(sorted.map { abs($0 - middle) }.sorted()) * 14826 / 10000
        ninth = sorted[(sorted.count * 9 + 9) / 10 - 1]
    }

    private static func middle(_ sorted: [Int]) -> Int {
        let half = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
    }

    /// The most that is still usual above `base`, in milliseconds.
    func limit(above base: Int, _ expectation: AlertSettings.Expectation) -> Int {
        max(
            base * expectation.factor / 10_000, median + expectation.deviations * spread,
            base + expectation.least * 1000)
    }
}

/// How long a run took, and for how many rows.
public struct RunPace: Equatable, Sendable {
    /// Milliseconds.
    public let milliseconds: Int
    /// Records that came into the first stage.
    public let rows: Int

    /// So many milliseconds for so many rows.
    public init(milliseconds: Int, rows: Int) {
        self.milliseconds = milliseconds
        self.rows = rows
    }

    /// Nanoseconds a row; nil where there were none.
    var perRow: Int? { rows > 0 ? milliseconds * 1_000_000 / rows : nil }
}

/// What the durations of a job's runs say of one of them.
public enum SlowVerdict: Equatable, Sendable {
    /// Too few runs to say anything.
    case learning
    /// As long as it may be.
    case usual
    /// Longer than `limit` milliseconds, where `median` is usual; nil where the limit is a fixed one.
    case slow(limit: Int, median: Int?)

    /// Judges a run by the last ones before it: it is slow where it took longer than usual, and longer a row too, so that
    /// a larger file is no trouble. A fixed limit in seconds needs no history.
    public init(_ pace: RunPace, before: [RunPace], fixed: Int?, _ expectation: AlertSettings.Expectation) {
        if let fixed {
            self = pace.milliseconds > fixed * 1000 ? .slow(limit: fixed * 1000, median: nil) : .usual
            return
        }
        guard before.count >= expectation.leastRuns, let usual = Usual(before.map(\.milliseconds)) else {
            self = .learning
            return
        }
        let limit = usual.limit(above: usual.median, expectation)
        let isSlow = pace.milliseconds > limit && !Self.isUsualPerRow(pace, before, expectation)
        self = isSlow ? .slow(limit: limit, median: usual.median) : .usual
    }

    private static func isUsualPerRow(
        _ pace: RunPace, _ before: [RunPace], _ expectation: AlertSettings.Expectation
    ) -> Bool {
        guard let perRow = pace.perRow, let usual = Usual(before.compactMap(\.perRow)) else { return false }
        return perRow
            <= max(usual.median * expectation.factor / 10_000, usual.median + expectation.deviations * usual.spread)
    }
}

/// What the beginnings of a job's runs say of the next one.
public enum MissedVerdict: Equatable, Sendable {
    /// Too few runs, or too irregular ones, to say when the next is due.
    case learning
    /// It may still come.
    case expected
    /// None began within `limit` milliseconds of the last one.
    case missed(limit: Int)

    /// Judges at `now`, in milliseconds since 1970.
    /// - Parameters:
    ///   - began: when the runs began, in milliseconds since 1970.
    ///   - usualDuration: milliseconds after its beginning that a run is heard of.
    ///   - fixed: seconds within which the next must begin; 0 for never, nil for what is usual.
    public init(
        _ began: [Int64], usualDuration: Int, now: Int64, fixed: Int?, _ expectation: AlertSettings.Expectation
    ) {
        let sorted = began.sorted()
        guard let last = sorted.last, fixed != 0 else {
            self = .learning
            return
        }
        guard let limit = fixed.map({ $0 * 1000 }) ?? Self.limit(sorted, expectation) else {
            self = .learning
            return
        }
        self = now - last > Int64(limit + usualDuration) ? .missed(limit: limit) : .expected
    }

    /// The usual interval with its tolerance; nil where there is no usual one. What is loaded by hand comes in bursts,
    /// and has none.
    private static func limit(_ sorted: [Int64], _ expectation: AlertSettings.Expectation) -> Int? {
        let intervals = zip(sorted, sorted.dropFirst()).map { Int($1 - $0) }
        guard intervals.count >= expectation.leastRuns, let usual = Usual(intervals),
            usual.median >= expectation.least * 1000, usual.spread <= usual.median / 4
        else { return nil }
        // The longest of ten is usual too: jobs that rest at weekends.
        return usual.limit(above: usual.ninth, expectation)
    }
}
