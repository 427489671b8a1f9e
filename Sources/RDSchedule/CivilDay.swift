import RDBytes

/// A day of the Gregorian calendar.
struct CivilDay: Equatable {
    var year: Int
    var month: Int
    var day: Int

    init(year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    init(_ local: Timestamp) {
        (year, month, day) = local.civil
    }

    /// Midnight of the day; nil past the year 9999.
    var midnight: Timestamp? { Timestamp(year: year, month: month, day: day) }

    var daysInMonth: Int { Timestamp.days(inMonth: month, of: year) }

    /// 0 for Sunday; Zeller's congruence as Sakamoto has it.
    var dayOfWeek: Int {
        let shift = [0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4]
        let base = month < 3 ? year - 1 : year
        return (base + base / 4 - base / 100 + base / 400 + shift[month - 1] + day) % 7
    }

    mutating func advance() {
        day += 1
        if day > daysInMonth { advanceMonth() }
    }

    mutating func advanceMonth() {
        day = 1
        month += 1
        guard month > 12 else { return }
        month = 1
        year += 1
    }
}
