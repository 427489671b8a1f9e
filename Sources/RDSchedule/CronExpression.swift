/// A cron expression of five fields, or one of the names like `@daily`.
///
/// Numbers, names, ranges, steps and lists are those of crontab(5). Besides, `L` is the last day of the month,
/// `fri#2` the second Friday of the month and `friL` (or `5L`) its last Friday. As in cronie, where both the day of the
/// month and the day of the week are restricted either of them is enough, and both must match where one of them begins
/// with a star.
public struct CronExpression: Equatable, Sendable {
    /// The expression as it was written.
    public let text: String
    /// True where the minute or the hour begins with a star: what cronie calls a wildcard job, which follows the clock
    /// through a change of daylight saving, while other jobs run once a day whatever the clock does.
    public let isWild: Bool
    let minutes: UInt64
    let hours: UInt64
    let months: UInt64
    let days: Days

    static let names = [
        "@yearly": "0 0 1 1 *", "@annually": "0 0 1 1 *", "@monthly": "0 0 1 * *", "@weekly": "0 0 * * 0",
        "@daily": "0 0 * * *", "@midnight": "0 0 * * *", "@hourly": "0 * * * *",
    ]

    /// Reads an expression; it must match some day of some year.
    public init(_ text: String) throws(ScheduleFlaw) {
        self.text = text
        let fields = try Self.fields(text)
        isWild = fields[0].hasPrefix("*") || fields[1].hasPrefix("*")
        minutes = try Self.set(.minute, fields[0])
        hours = try Self.set(.hour, fields[1])
        days = try Days(month: fields[2], week: fields[4])
        months = try Self.set(.month, fields[3])
        guard nextDay(from: CivilDay(year: 2000, month: 1, day: 1)) != nil else {
            throw ScheduleFlaw("'\(text)' matches no day of any year")
        }
    }

    /// True where it fires at most once on any day.
    public var isOnceADay: Bool { minutes.nonzeroBitCount == 1 && hours.nonzeroBitCount == 1 }

    private static func fields(_ text: String) throws(ScheduleFlaw) -> [String] {
        let folded = text.lowercased()
        if folded.hasPrefix("@") {
            guard let meaning = names[folded] else {
                let known = names.keys.sorted().joined(separator: ", ")
                throw ScheduleFlaw("found '\(text)'; expected five fields or one of \(known)")
            }
            return meaning.split(separator: " ").map(String.init)
        }
        let fields = folded.split { $0 == " " || $0 == "\t" }.map(String.init)
        guard fields.count == 5 else {
            let expected = "minute, hour, day of the month, month, day of the week"
            throw ScheduleFlaw("'\(text)' has \(fields.count) fields; expected five: \(expected)")
        }
        return fields
    }

    private static func set(_ field: CronField, _ text: String) throws(ScheduleFlaw) -> UInt64 {
        var bits: UInt64 = 0
        for item in try field.items(text) { bits |= try field.bits(item) }
        return bits
    }

    /// The two fields that restrict days.
    struct Days: Equatable, Sendable {
        var ofMonth: UInt64 = 0
        var isLastOfMonth = false
        var ofWeek: UInt64 = 0
        /// For each day of the week, bits 1 to 5 for the first to the fifth one of the month and bit 6 for the last.
        var inMonth: [UInt64] = Array(repeating: 0, count: 7)
        let needsBoth: Bool

        init(month: String, week: String) throws(ScheduleFlaw) {
            needsBoth = month.hasPrefix("*") || week.hasPrefix("*")
            for item in try CronField.dayOfMonth.items(month) {
                if item == "l" { isLastOfMonth = true } else { ofMonth |= try CronField.dayOfMonth.bits(item) }
            }
            for item in try CronField.dayOfWeek.items(week) {
                if let (day, bit) = try Self.place(item) {
                    inMonth[day] |= bit
                } else {
                    ofWeek |= try CronField.dayOfWeek.bits(item)
                }
            }
            ofWeek = (ofWeek | ofWeek >> 7) & 0x7F
        }

        /// `fri#2`, `fri#l`, `fril` and `5l`.
        private static func place(_ item: String) throws(ScheduleFlaw) -> (day: Int, bit: UInt64)? {
            let field = CronField.dayOfWeek
            let parts = item.split(separator: "#", omittingEmptySubsequences: false).map(String.init)
            if parts.count == 1 {
                guard item.hasSuffix("l") else { return nil }
                return (try field.number(String(item.dropLast())) % 7, 1 << 6)
            }
            guard parts.count == 2, let place = ["1", "2", "3", "4", "5", "l"].firstIndex(of: parts[1]) else {
                throw field.flaw("has '\(item)'; expected #1 to #5 or #L after the day")
            }
            return (try field.number(parts[0]) % 7, 1 << UInt64(place + 1))
        }
    }
}
