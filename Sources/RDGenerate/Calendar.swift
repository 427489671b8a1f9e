import RDBytes

/// When each row was sold: the months fill as a shop's year does, Saturdays are closed, and a day has ten hours.
///
/// Rows are asked for in order, so that finding the day is a step and not a search.
struct Calendar {
    private struct Day {
        var midnight: Int64
        /// Where in the whole weight the day begins, and how much of it is its own.
        var start: UInt64
        var weight: UInt64
    }

    private static let opening: UInt64 = 8 * 60
    private static let minutes: UInt64 = 600

    private let days: [Day]
    private let total: UInt64
    private let rows: UInt64
    private var current = 0

    init(start: Timestamp, months: Int, rows: Int) {
        var days: [Day] = []
        var total: UInt64 = 0
        var (year, month, _) = start.civil
        var midnight = start.seconds
        for _ in 0..<months {
            let length = Timestamp.days(inMonth: month, of: year)
            let weight = UInt64(Shape.monthWeights[month - 1]) * 1000 / UInt64(length)
            for _ in 0..<length {
                // 1970-01-01 was a Thursday.
                if midnight / 86_400 % 7 != 2 {
                    days.append(Day(midnight: midnight, start: total, weight: weight))
                    total += weight
                }
                midnight += 86_400
            }
            (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
        }
        self.days = days
        self.total = total
        self.rows = UInt64(max(rows, 1))
    }

    /// The first moment of business.
    var first: Timestamp { Timestamp(seconds: days[0].midnight + Int64(Self.opening) * 60) }

    /// The minute in which `row` is sold; rows must not go back.
    mutating func moment(of row: Int) -> Timestamp {
        let place = rows.dividingFullWidth(UInt64(row).multipliedFullWidth(by: total)).quotient
        while current + 1 < days.count, days[current + 1].start <= place { current += 1 }
        let day = days[current]
        let minute = Self.opening + min((place - day.start) * Self.minutes / day.weight, Self.minutes - 1)
        return Timestamp(seconds: day.midnight + Int64(minute) * 60)
    }
}
