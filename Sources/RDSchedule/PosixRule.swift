import RDBytes

/// The rule at the end of a zone file, in the form of POSIX's `TZ`: `GMT0BST,M3.5.0/1,M10.5.0`.
struct PosixRule: Equatable, Sendable {
    /// Seconds east of UTC in winter.
    let standard: Int
    /// Seconds east of UTC in summer, and when summer begins and ends; nil where the clocks are not set.
    let summer: Summer?

    struct Summer: Equatable, Sendable {
        let offset: Int
        let begin: Moment
        let end: Moment
    }

    /// A day of the year, and seconds after its midnight.
    struct Moment: Equatable, Sendable {
        enum Day: Equatable, Sendable {
            /// `Mm.w.d`: the `week`th (5: the last) `weekday` of `month`.
            case weekday(month: Int, week: Int, weekday: Int)
            /// `Jn`: the day 1 to 365, February 29 never counted.
            case withoutLeapDay(Int)
            /// `n`: the day 0 to 365, February 29 counted.
            case withLeapDay(Int)
        }
        let day: Day
        let second: Int

        /// Midnight and the second, by a clock that knows no zone, in seconds since 1970.
        func seconds(of year: Int) -> Int64 {
            let newYear = Timestamp(year: year, month: 1, day: 1)?.seconds ?? 0
            switch day {
            case .withLeapDay(let day): return newYear + Int64(day) * 86400 + Int64(second)
            case .withoutLeapDay(let day):
                let isLeap = Timestamp.days(inMonth: 2, of: year) == 29
                return newYear + Int64(isLeap && day >= 60 ? day : day - 1) * 86400 + Int64(second)
            case .weekday(let month, let week, let weekday):
                var date = CivilDay(year: year, month: month, day: 1)
                date.day += (weekday - date.dayOfWeek + 7) % 7 + (week - 1) * 7
                while date.day > date.daysInMonth { date.day -= 7 }
                return (date.midnight?.seconds ?? 0) + Int64(second)
            }
        }
    }

    /// The changes of the year of `instant` and of those before and after, in order.
    func changes(around instant: Int64) -> [Zone.Change] {
        guard let summer else { return [] }
        let year = Timestamp(seconds: instant).civil.year
        var changes: [Zone.Change] = []
        for year in max(1, year - 1)...max(1, year + 1) {
            changes.append(.init(at: summer.begin.seconds(of: year) - Int64(standard), offset: summer.offset))
            changes.append(.init(at: summer.end.seconds(of: year) - Int64(summer.offset), offset: standard))
        }
        return changes.sorted { $0.at < $1.at }
    }
}
