/// What a number does by itself: its level, where it may grow its slope, where it has a weekly season that of each
/// weekday, and how far it strays from them. All of it by medians, so that a few wild runs in it do no harm.
///
/// The slope is the median of the slopes of all pairs of runs (Theil 1950, Sen 1968), with a season of the pairs of one
/// weekday (Hirsch, Slack and Smith, "Techniques of Trend Analysis for Monthly Water Quality Data", 1982).
struct Baseline {
    private let slope: Double
    private let origin: Double
    /// The level of each weekday at the origin; the same for all without a season.
    private let levels: [Double?]
    private let counts: [Int]
    private let extent: (mean: Double, sum: Double)
    /// The deviation of what is left; of a relative one as a part of the level.
    private let scale: Double
    private let isRelative: Bool
    private let isSeasonal: Bool

    /// Of fewer than two points there is none.
    init?(_ points: ArraySlice<Point>, mayGrow: Bool, isSeasonal: Bool) {
        guard points.count > 1, let last = points.last else { return nil }
        origin = last.days
        self.isSeasonal = isSeasonal
        let groups = isSeasonal ? 7 : 1
        func group(_ point: Point) -> Int { isSeasonal ? point.weekday : 0 }
        slope = mayGrow ? Self.slope(points, group: group) : 0
        var parts = [[Double]](repeating: [], count: groups)
        for point in points { parts[group(point)].append(point.value - slope * (point.days - origin)) }
        levels = parts.map { median($0) }
        counts = parts.map(\.count)
        // A day of few sales strays by fewer of them: with a season it is parts of the level that days have in common.
        let isRelative = isSeasonal && levels.allSatisfy { ($0 ?? 1) > 0 }
        self.isRelative = isRelative
        let residuals = zip(parts, levels).flatMap { part, level in
            let off = part.map { ($0 - (level ?? 0)) / (isRelative ? level ?? 1 : 1) }
            // The median of an odd count is one of them, and the nothing that it is off says nothing.
            return off.count.isMultiple(of: 2) ? off[...] : off.sorted { abs($0) < abs($1) }.dropFirst()
        }
        // Each level that was taken from the points brings them nearer to it than they are.
        let free = max(1, points.count - parts.count { !$0.isEmpty })
        scale = (RobustScale(residuals)?.scale ?? 0) * (Double(points.count) / Double(free)).squareRoot()
        let mean = points.reduce(0) { $0 + $1.days } / Double(points.count)
        extent = (mean, points.reduce(0) { $0 + ($1.days - mean) * ($1.days - mean) })
    }

    private static func slope(_ points: ArraySlice<Point>, group: (Point) -> Int) -> Double {
        var slopes: [Double] = []
        for (index, early) in points.enumerated() {
            for late in points.dropFirst(index + 1) where group(late) == group(early) && late.days > early.days {
                slopes.append((late.value - early.value) / (late.days - early.days))
            }
        }
        return median(slopes) ?? 0
    }

    /// Runs that tell of the weekday of `point`.
    func count(for point: Point) -> Int { isSeasonal ? counts[point.weekday] : counts[0] }

    /// What the number should be at the moment of `point`; nil where no run tells.
    func expected(at point: Point) -> Double? {
        levels[isSeasonal ? point.weekday : 0].map { $0 + slope * (point.days - origin) }
    }

    /// How far a run may stray from `expected`, not yet held against the least deviation that is believed.
    func deviation(around expected: Double) -> Double { isRelative ? scale * abs(expected) : scale }

    /// How uncertain what is expected is, as a part of the variance of one run: that of a median, and that of a slope.
    func uncertainty(at point: Point) -> Double {
        let level = RobustScale.meanConsistency * RobustScale.meanConsistency / Double(max(1, count(for: point)))
        guard slope != 0, extent.sum > 0 else { return level }
        let distance = point.days - extent.mean
        return level + distance * distance / extent.sum
    }

    /// The part of the variance that weekdays explain, adjusted for how much seven levels explain by chance (Ezekiel's
    /// adjusted R²). The few most extreme runs count as the next ones.
    static func season(_ points: ArraySlice<Point>) -> Double {
        let sorted = points.map(\.value).sorted()
        let cut = sorted.count / 20
        let range = sorted[cut]...sorted[sorted.count - 1 - cut]
        var sums = [(count: Double, sum: Double)](repeating: (0, 0), count: 7)
        let values = points.map { (day: $0.weekday, value: min(max($0.value, range.lowerBound), range.upperBound)) }
        for item in values {
            sums[item.day].count += 1
            sums[item.day].sum += item.value
        }
        let n = Double(values.count)
        let days = Double(sums.count { $0.count > 0 })
        let mean = values.reduce(0) { $0 + $1.value } / n
        let all = values.reduce(0) { $0 + ($1.value - mean) * ($1.value - mean) }
        guard all > 0, days > 1, n > days else { return 0 }
        let within = values.reduce(0) { total, item in
            let distance = item.value - sums[item.day].sum / sums[item.day].count
            return total + distance * distance
        }
        return 1 - within / all * (n - 1) / (n - days)
    }
}
