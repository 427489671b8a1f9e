extension PosixRule {
    /// Reads a rule; nil where `text` is empty.
    init?(_ text: String) throws(ScheduleFlaw) {
        if text.isEmpty { return nil }
        var reader = RuleReader(text: text)
        try reader.skipName()
        standard = -(try reader.time())
        if reader.isAtEnd {
            summer = nil
            return
        }
        try reader.skipName()
        var offset = standard + 3600
        if !reader.isAtEnd, !reader.peek(",") { offset = -(try reader.time()) }
        let begin = try reader.moment()
        summer = Summer(offset: offset, begin: begin, end: try reader.moment())
        guard reader.isAtEnd else { throw reader.flaw }
    }
}

private struct RuleReader {
    let text: String
    private var rest: Substring

    init(text: String) {
        self.text = text
        rest = text[...]
    }

    var isAtEnd: Bool { rest.isEmpty }
    var flaw: ScheduleFlaw { ScheduleFlaw("'\(text)' is not a rule for a time zone") }

    func peek(_ character: Character) -> Bool { rest.first == character }

    mutating func take(_ character: Character) -> Bool {
        guard peek(character) else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// `EST` or `<+03>`.
    mutating func skipName() throws(ScheduleFlaw) {
        if take("<") {
            guard let end = rest.firstIndex(of: ">") else { throw flaw }
            rest = rest[rest.index(after: end)...]
        } else {
            let name = rest.prefix { $0.isLetter }
            guard name.count >= 3 else { throw flaw }
            rest = rest.dropFirst(name.count)
        }
    }

    mutating func number() throws(ScheduleFlaw) -> Int {
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let value = Int(digits), value < 1000 else { throw flaw }
        rest = rest.dropFirst(digits.count)
        return value
    }

    /// `[+-]h[h][:mm[:ss]]` in seconds.
    mutating func time() throws(ScheduleFlaw) -> Int {
        let isNegative = take("-")
        if !isNegative { _ = take("+") }
        var seconds = try number() * 3600
        if take(":") { seconds += try number() * 60 }
        if take(":") { seconds += try number() }
        return isNegative ? -seconds : seconds
    }

    /// `,M3.2.0/2`, `,J60` or `,59`.
    mutating func moment() throws(ScheduleFlaw) -> PosixRule.Moment {
        guard take(",") else { throw flaw }
        let day = try day()
        return .init(day: day, second: take("/") ? try time() : 7200)
    }

    private mutating func day() throws(ScheduleFlaw) -> PosixRule.Moment.Day {
        if take("J") {
            let day = try number()
            guard (1...365).contains(day) else { throw flaw }
            return .withoutLeapDay(day)
        }
        guard take("M") else { return .withLeapDay(try number()) }
        let month = try number()
        guard take(".") else { throw flaw }
        let week = try number()
        guard take(".") else { throw flaw }
        let weekday = try number()
        guard (1...12).contains(month), (1...5).contains(week), (0...6).contains(weekday) else { throw flaw }
        return .weekday(month: month, week: week, weekday: weekday)
    }
}
