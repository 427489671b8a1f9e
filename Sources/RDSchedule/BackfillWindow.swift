import RDBytes

/// A stretch of the past that one run of a backfill is about, by the clocks of a zone.
public struct BackfillWindow: Equatable, Sendable {
    /// Its first moment, in seconds since 1970.
    public let start: Int64
    /// The moment after its last, in seconds since 1970.
    public let end: Int64

    /// How long a window is.
    public enum Size: String, CaseIterable, Sendable {
        case day, week, month, year
    }

    /// The windows from the first day that `first` names to the last that `last` names, both as `2011`, `2011-03` or
    /// `2011-03-15`. They begin where the calendar does (weeks on Monday) but for the first. What is no day, or the wrong
    /// way round, is a flaw.
    public static func windows(
        from first: String, to last: String, _ size: Size, in zone: Zone
    ) throws(ScheduleFlaw) -> [BackfillWindow] {
        let start = try day(first)
        let limit = try after(last)
        guard start < limit else { throw ScheduleFlaw("--to \(last) is before --from \(first)") }
        var windows: [BackfillWindow] = []
        var from = start
        while from < limit {
            let to = min(next(from, size), limit)
            windows.append(BackfillWindow(start: instant(from, zone), end: instant(to, zone)))
            guard windows.count <= 100_000 else { throw ScheduleFlaw("that is more than 100,000 windows") }
            from = to
        }
        return windows
    }

    /// Midnight of a day, or the first moment after where the clocks skip it.
    private static func instant(_ day: Int64, _ zone: Zone) -> Int64 {
        switch zone.instants(of: Timestamp(seconds: day * 86400)) {
        case .once(let at): at
        case .twice(let first, _): first
        case .skipped(let at, _): at
        }
    }

    /// The first day that a text names, in days since 1970.
    private static func day(_ text: String) throws(ScheduleFlaw) -> Int64 { try parse(text).first }

    /// The day after the last that a text names.
    private static func after(_ text: String) throws(ScheduleFlaw) -> Int64 {
        let (first, size) = try parse(text)
        return next(first, size)
    }

    private static func parse(_ text: String) throws(ScheduleFlaw) -> (first: Int64, size: Size) {
        let flaw = ScheduleFlaw("found '\(text)'; expected a day as 2011-03-15, a month as 2011-03 or a year as 2011")
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        let lengths = [4, 2, 2]
        guard (1...3).contains(parts.count), zip(parts, lengths).allSatisfy({ $0.utf8.count == $1 }),
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } })
        else { throw flaw }
        let numbers = parts.compactMap { Int($0) } + [1, 1]
        guard let midnight = Timestamp(year: numbers[0], month: numbers[1], day: numbers[2]) else { throw flaw }
        return (midnight.seconds / 86400, [.year, .month, .day][parts.count - 1])
    }

    /// The first day of the next window.
    private static func next(_ day: Int64, _ size: Size) -> Int64 {
        let (year, month, _) = Timestamp(seconds: day * 86400).civil
        func first(_ year: Int, _ month: Int) -> Int64 {
            (Timestamp(year: year, month: month, day: 1)?.seconds).map { $0 / 86400 } ?? day + 1
        }
        switch size {
        case .day: return day + 1
        // 1970-01-01 was a Thursday.
        case .week: return day + 7 - ((day + 3) % 7 + 7) % 7
        case .month: return month == 12 ? first(year + 1, 1) : first(year, month + 1)
        case .year: return first(year + 1, 1)
        }
    }
}
