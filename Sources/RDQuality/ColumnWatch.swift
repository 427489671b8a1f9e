import RDBytes
import RDRecord

/// Looks at the values of one column for the rules that need to. Remembers the last value with what it came to.
struct ColumnWatch: ~Copyable {
    /// The most segments that are told apart; what comes after them counts as one.
    static let mostSegments = 250

    let slot: Int
    private let tests: [ValueTest]
    private let isSegment: Bool
    private var last = ByteBuffer(capacity: 128)
    private var plain = ByteBuffer(capacity: 128)
    private var keys = KeyIndex(capacity: 256)
    private let others: Int
    /// The rules that the row's value is against, a bit each.
    private(set) var verdict: UInt64 = 0
    /// The number of the row's segment.
    private(set) var segment = 0

    init(_ slot: Int, _ rules: [QualityRule]) {
        self.slot = slot
        tests = rules.enumerated().compactMap { index, rule in
            rule.condition.isEmpty || rule.slots != [slot] ? nil : ValueTest(index, rule.condition)
        }
        isSegment = rules.contains { $0.segment == Field.names[slot] }
        keys.insert(text: "(none)")
        others = keys.insert(text: "(others)").number
    }

    /// The slots of the columns that `rules` look at.
    static func slots(_ rules: [QualityRule]) -> [Int] {
        Field.source.indices.filter { slot in
            rules.contains { $0.segment == Field.names[slot] || !$0.condition.isEmpty && $0.slots == [slot] }
        }
    }

    @inline(__always) mutating func see(_ line: RawSpan, _ range: Range<Int>, isEscaped: Bool) {
        if last.equals(line, range), !last.isEmpty { return }
        read(line, range, isEscaped: isEscaped)
    }

    @inline(never) private mutating func read(_ line: RawSpan, _ range: Range<Int>, isEscaped: Bool) {
        last.removeAll()
        last.append(line, range)
        plain.removeAll()
        if isEscaped { plain.appendUnescaped(line, range) } else { plain.append(line, range) }
        let text = plain.bytes.bytes
        verdict = 0
        for test in tests where !test.isPassed(by: text) { verdict |= test.bit }
        if isSegment { segment = number(text) }
    }

    private mutating func number(_ text: RawSpan) -> Int {
        if keys.count < Self.mostSegments { return keys.insert(text).number }
        return keys.find(text) ?? others
    }

    mutating func seeNothing() {
        last.removeAll()
        verdict = 0
        segment = 0
    }

    mutating func see(number: Int64) {
        verdict = 0
        for test in tests where !test.isPassed(by: number) { verdict |= test.bit }
    }

    func name(_ number: Int) -> String { keys.withKey(number) { $0.text } }
}

/// What a rule asks of a value.
private struct ValueTest {
    let bit: UInt64
    private let pattern: BytePattern.View?
    private let least: Int64
    private let greatest: Int64
    private let known: KnownValues?

    init(_ rule: Int, _ condition: ValueCondition) {
        bit = 1 << UInt64(rule)
        pattern = condition.pattern?.view
        least = condition.least ?? .min
        greatest = condition.greatest ?? .max
        known = condition.known.map(KnownValues.init)
    }

    func isPassed(by text: RawSpan) -> Bool {
        if let pattern, !pattern.matches(text) { return false }
        if let known { return known.index.find(text) != nil }
        return true
    }

    func isPassed(by number: Int64) -> Bool { number >= least && number <= greatest }
}

private final class KnownValues {
    var index = KeyIndex(capacity: 64)

    init(_ values: [String]) {
        for value in values { index.insert(text: value) }
    }
}
