public import RDBytes

/// In which order a file writes the parts of its dates.
public enum DateOrder: String, Sendable, CaseIterable {
    /// Month first: `12/31/2010`.
    case us
    /// Day first: `31/12/2010`.
    case eu
    /// Year first: `2010-12-31`. Taken whatever the order is, since it cannot be mistaken; where it is the order, no
    /// other is taken.
    case iso

    /// What comes first, in words.
    var first: String {
        switch self {
        case .us: "the month"
        case .eu: "the day"
        case .iso: "the year"
        }
    }
}

/// A date and time as a file writes it, before it is decided which part is the month.
public struct WrittenDate: Equatable, Sendable {
    /// The three parts of the date; where the year comes first, `first` is the month.
    public var first: Int
    /// The second part.
    public var second: Int
    /// The year.
    public var year: Int
    /// True where the year comes first.
    public var isYearFirst: Bool
    /// Seconds since midnight.
    public var secondOfDay: Int

    /// The moment, with the parts in this order; nil where the calendar has none, or the year should come first.
    public func timestamp(_ order: DateOrder) -> Timestamp? {
        guard isYearFirst || order != .iso else { return nil }
        let dayFirst = order == .eu && !isYearFirst
        return Timestamp(
            year: year, month: dayFirst ? second : first, day: dayFirst ? first : second, hour: secondOfDay / 3600,
            minute: secondOfDay / 60 % 60, second: secondOfDay % 60)
    }

    /// The only order that makes a date of it; nil where both do or neither does.
    public var proves: DateOrder? {
        if isYearFirst { return timestamp(.iso) == nil ? nil : .iso }
        switch (timestamp(.us) != nil, timestamp(.eu) != nil) {
        case (true, false): return .us
        case (false, true): return .eu
        default: return nil
        }
    }
}

extension WrittenDate {
    /// Reads `12/1/2010 8:26`, `2010-12-01T08:26:00`, `01.12.10 8:26:30 PM` and their like: three numbers with `/`,
    /// `-` or `.` between them, then perhaps a time of day. Years of two digits are of 1970 to 2069 (POSIX).
    public init?(_ text: RawSpan, _ range: Range<Int>) {
        var cursor = NumberCursor(index: range.lowerBound, end: range.upperBound)
        guard let one = cursor.number(text), let mark = cursor.separator(text), let two = cursor.number(text),
            cursor.take(text, mark), let three = cursor.number(text)
        else { return nil }
        let seconds: Int
        if cursor.index < range.upperBound {
            guard cursor.takeBlanks(text), let time = cursor.timeOfDay(text), cursor.index == range.upperBound else {
                return nil
            }
            seconds = time
        } else {
            seconds = 0
        }
        if one.digits == 4 {
            guard two.digits <= 2, three.digits <= 2 else { return nil }
            self.init(first: two.value, second: three.value, year: one.value, isYearFirst: true, secondOfDay: seconds)
        } else {
            guard one.digits <= 2, two.digits <= 2, three.digits == 4 || three.digits == 2 else { return nil }
            let year = three.digits == 4 ? three.value : three.value + (three.value < 70 ? 2000 : 1900)
            self.init(first: one.value, second: two.value, year: year, isYearFirst: false, secondOfDay: seconds)
        }
    }
}

/// A place in a written date.
private struct NumberCursor {
    var index: Int
    let end: Int

    mutating func number(_ text: RawSpan) -> (value: Int, digits: Int)? {
        let start = index
        var value = 0
        while index < end, index - start < 5, text[index] &- 0x30 < 10 {
            value = value * 10 + Int(text[index] &- 0x30)
            index += 1
        }
        return index > start ? (value, index - start) : nil
    }

    mutating func separator(_ text: RawSpan) -> UInt8? {
        guard index < end, text[index] == 0x2F || text[index] == 0x2D || text[index] == 0x2E else { return nil }
        index += 1
        return text[index - 1]
    }

    mutating func take(_ text: RawSpan, _ byte: UInt8) -> Bool {
        guard index < end, text[index] == byte else { return false }
        index += 1
        return true
    }

    mutating func takeBlanks(_ text: RawSpan) -> Bool {
        if take(text, UInt8(ascii: "T")) { return true }
        let start = index
        while take(text, 0x20) {}
        return index > start
    }

    mutating func timeOfDay(_ text: RawSpan) -> Int? {
        guard let hour = number(text), hour.digits <= 2, take(text, 0x3A), let minute = number(text),
            minute.digits == 2, minute.value < 60
        else { return nil }
        var second = 0
        if take(text, 0x3A) {
            guard let given = number(text), given.digits == 2, given.value < 60 else { return nil }
            second = given.value
            if take(text, 0x2E) { while take(text, 0x30) {} }
        }
        guard let hours = halfDay(text, hour.value), hours < 24 else { return nil }
        return hours * 3600 + minute.value * 60 + second
    }

    /// The hour of 24, with an `AM` or `PM` after it taken where there is one.
    private mutating func halfDay(_ text: RawSpan, _ hour: Int) -> Int? {
        let before = index
        while take(text, 0x20) {}
        guard index + 2 == end, text[index + 1] | 0x20 == UInt8(ascii: "m") else {
            index = before
            return hour
        }
        let letter = text[index] | 0x20
        guard letter == UInt8(ascii: "a") || letter == UInt8(ascii: "p"), (1...12).contains(hour) else { return nil }
        index += 2
        return hour % 12 + (letter == UInt8(ascii: "p") ? 12 : 0)
    }
}
