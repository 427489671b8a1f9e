import RDBytes

extension CronExpression.Days {
    func match(_ date: CivilDay) -> Bool {
        let month =
            ofMonth & 1 << UInt64(date.day) != 0 || isLastOfMonth && date.day == date.daysInMonth
        let week = matchWeek(date)
        return needsBoth ? month && week : month || week
    }

    private func matchWeek(_ date: CivilDay) -> Bool {
        let weekday = date.dayOfWeek
        if ofWeek & 1 << UInt64(weekday) != 0 { return true }
        let places = inMonth[weekday]
        if places == 0 { return false }
        return places & 1 << UInt64((date.day + 6) / 7) != 0 || places & 1 << 6 != 0 && date.day + 7 > date.daysInMonth
    }
}

extension CronExpression {
    /// The first matching minute after `local`, by a clock that knows no daylight saving; nil past the year 9999.
    func next(after local: Timestamp) -> Timestamp? {
        let start = CivilDay(local)
        if months & 1 << UInt64(start.month) != 0, days.match(start),
            let minute = minute(after: local.secondOfDay / 60)
        {
            return start.midnight.map { Timestamp(seconds: $0.seconds + Int64(minute * 60)) }
        }
        var day = start
        day.advance()
        guard let found = nextDay(from: day), let midnight = found.midnight, let minute = minute(after: -1) else {
            return nil
        }
        return Timestamp(seconds: midnight.seconds + Int64(minute * 60))
    }

    /// The first matching minute of a day after the minute `last`.
    private func minute(after last: Int) -> Int? {
        let start = last + 1
        for hour in start / 60..<24 where hours & 1 << UInt64(hour) != 0 {
            let from = hour == start / 60 ? start % 60 : 0
            let rest = minutes >> UInt64(from)
            if rest != 0 { return hour * 60 + from + rest.trailingZeroBitCount }
        }
        return nil
    }

    /// The first matching day from `start` on. The calendar comes again every 400 years, so what has no day in these
    /// has none at all.
    func nextDay(from start: CivilDay) -> CivilDay? {
        var day = start
        while day.year <= start.year + 400 {
            if months & 1 << UInt64(day.month) == 0 {
                day.advanceMonth()
            } else if days.match(day) {
                return day
            } else {
                day.advance()
            }
        }
        return nil
    }
}
