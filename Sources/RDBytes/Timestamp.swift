/// A local date and time of day without a zone, as seconds since 1970-01-01T00:00:00.
///
/// Days are counted by the proleptic Gregorian calendar with Howard Hinnant's `days_from_civil` ("chrono-Compatible
/// Low-Level Date Algorithms").
public struct Timestamp: Equatable, Comparable, Hashable, Sendable {
    /// Seconds since 1970-01-01T00:00:00, local.
    public var seconds: Int64

    /// The moment `seconds` after 1970-01-01T00:00:00.
    @inlinable public init(seconds: Int64) { self.seconds = seconds }

    /// The moment with these parts; nil where the calendar has no such day or the clock no such time.
    public init?(year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0) {
        guard (1...9999).contains(year), (1...12).contains(month), day >= 1,
            day <= Self.days(inMonth: month, of: year), (0..<24).contains(hour), (0..<60).contains(minute),
            (0..<60).contains(second)
        else { return nil }
        let days = Self.daysFromCivil(year, month, day)
        seconds = Int64(days) * 86400 + Int64(hour * 3600 + minute * 60 + second)
    }

    /// True where `left` is earlier.
    @inlinable public static func < (left: Timestamp, right: Timestamp) -> Bool { left.seconds < right.seconds }

    /// How many days a month has.
    public static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    static func daysFromCivil(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let era = (shifted >= 0 ? shifted : shifted - 399) / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// Year, month and day.
    public var civil: (year: Int, month: Int, day: Int) {
        let days = Int(seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400) + 719_468
        let era = (days >= 0 ? days : days - 146_096) / 146_097
        let dayOfEra = days - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted + (shifted < 10 ? 3 : -9)
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    /// Seconds since midnight.
    public var secondOfDay: Int { Int(((seconds % 86400) + 86400) % 86400) }

    /// The day as yyyymmdd, the key of `dim_date`.
    public var dateKey: Int {
        let (year, month, day) = civil
        return year * 10000 + month * 100 + day
    }

    /// Appends `2010-12-01T08:26:00`.
    public func append(to out: inout ByteBuffer) {
        let (year, month, day) = civil
        let second = secondOfDay
        out.append(year, width: 4)
        out.append(0x2D)
        out.append(month, width: 2)
        out.append(0x2D)
        out.append(day, width: 2)
        out.append(UInt8(ascii: "T"))
        out.append(second / 3600, width: 2)
        out.append(0x3A)
        out.append(second / 60 % 60, width: 2)
        out.append(0x3A)
        out.append(second % 60, width: 2)
    }

    /// `2010-12-01T08:26:00`.
    public var text: String {
        var out = ByteBuffer(capacity: 64)
        append(to: &out)
        return out.text
    }
}

extension Timestamp {
    /// Reads ISO 8601 as the stream carries it: `2010-12-01T08:26:00`, also with a blank for the `T`, without seconds
    /// or without a time. A zone or a fraction other than zero is not a local time of whole seconds: nil.
    public init?(_ line: RawSpan, _ range: Range<Int>) {
        let start = range.lowerBound
        let count = range.count
        guard count >= 10, line[start + 4] == 0x2D, line[start + 7] == 0x2D,
            let year = line.digits(start, 4), let month = line.digits(start + 5, 2),
            let day = line.digits(start + 8, 2)
        else { return nil }
        if count == 10 {
            self.init(year: year, month: month, day: day)
            return
        }
        guard count >= 16, line[start + 10] == 0x54 || line[start + 10] == 0x20, line[start + 13] == 0x3A,
            let hour = line.digits(start + 11, 2), let minute = line.digits(start + 14, 2)
        else { return nil }
        var second = 0
        if count > 16 {
            guard count >= 19, line[start + 16] == 0x3A, let given = line.digits(start + 17, 2) else { return nil }
            second = given
            if count > 19 {
                guard count > 20, line[start + 19] == 0x2E else { return nil }
                for index in start + 20..<range.upperBound where line[index] != 0x30 { return nil }
            }
        }
        self.init(year: year, month: month, day: day, hour: hour, minute: minute, second: second)
    }
}

extension RawSpan {
    /// Exactly `count` decimal digits from `start` as a number; nil where one is not a digit.
    @inlinable public func digits(_ start: Int, _ count: Int) -> Int? {
        var value = 0
        for index in start..<start + count {
            let digit = self[index] &- 0x30
            guard digit < 10 else { return nil }
            value = value &* 10 &+ Int(digit)
        }
        return value
    }
}
