/// One of the five fields of a cron expression: what numbers and names it may hold.
struct CronField {
    let name: String
    let bounds: ClosedRange<Int>
    /// Three-letter names, the first one standing for the lower bound.
    var words: [String] = []

    static let minute = CronField(name: "minute", bounds: 0...59)
    static let hour = CronField(name: "hour", bounds: 0...23)
    static let dayOfMonth = CronField(name: "day of the month", bounds: 1...31)
    static let month = CronField(
        name: "month", bounds: 1...12,
        words: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"])
    /// Sunday is 0 and 7.
    static let dayOfWeek = CronField(
        name: "day of the week", bounds: 0...7, words: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"])

    /// The members of a comma-separated list; an empty member is a flaw.
    func items(_ text: String) throws(ScheduleFlaw) -> [String] {
        let items = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        guard !items.contains("") else { throw flaw("has an empty place in the list '\(text)'") }
        return items
    }

    /// The numbers of `*`, `5`, `1-5`, `*/15`, `10-40/5` or `5/20` as bits.
    func bits(_ item: String) throws(ScheduleFlaw) -> UInt64 {
        let parts = item.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let range = try range(parts[0], isOpen: parts.count == 2)
        var step = 1
        if parts.count == 2 {
            guard let given = Self.digits(parts[1]), given > 0 else {
                throw flaw("has the step '\(parts[1])'; expected a number above 0")
            }
            step = given
        }
        return stride(from: range.lowerBound, through: range.upperBound, by: step).reduce(0) { $0 | 1 << UInt64($1) }
    }

    /// `5` before a step runs to the upper bound, as in Quartz and cronsim.
    private func range(_ text: String, isOpen: Bool) throws(ScheduleFlaw) -> ClosedRange<Int> {
        if text == "*" { return bounds }
        let ends = text.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        let first = try number(ends[0])
        guard ends.count == 2 else { return first...(isOpen ? bounds.upperBound : first) }
        var last = try number(ends[1])
        if bounds.upperBound == 7, last == 0, first > 0 { last = 7 }
        guard first <= last else {
            let turned = "\(first)-\(bounds.upperBound),\(bounds.lowerBound)-\(last)"
            throw flaw("has the range '\(text)', which runs backwards; write \(turned) for one that wraps around")
        }
        return first...last
    }

    /// A number or name within the bounds.
    func number(_ text: String) throws(ScheduleFlaw) -> Int {
        if let place = words.firstIndex(of: text) { return place + bounds.lowerBound }
        if let value = Self.digits(text), bounds.contains(value) { return value }
        let names = words.first.map { ", or a name like \($0)" } ?? ""
        throw flaw("has '\(text)'; expected \(bounds.lowerBound) to \(bounds.upperBound)\(names)")
    }

    func flaw(_ problem: String) -> ScheduleFlaw { ScheduleFlaw("the \(name) \(problem)") }

    private static func digits(_ text: String) -> Int? {
        guard !text.isEmpty, text.utf8.count <= 4, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int(text)
    }
}
