public import RDBytes
public import RDRecord

/// Measures one gate on the pass that a stage makes anyway.
///
/// The stage tells what it knows already: of a row that goes on, which cells were empty (one count a row); of one that
/// is set aside, why. Only rules that look at values or part the rows by segment cost more, and they remember the last
/// value of their column, which the rows of an invoice share.
public struct GateWatch: ~Copyable {
    /// The most rules that a gate can have.
    public static let mostRules = 64
    /// The columns that can part rows into segments.
    public static let segmentColumns = ["country", "stock_code", "customer_id"]
    /// Rows between two looks at whether the gate can still pass.
    public static let stride = 4096

    /// The gate.
    public let gate: Gate
    let stage: String
    let rules: [QualityRule]
    private let isLate: Bool
    /// True where rules look at values or segments: the stage then calls `see` for each watched column of each row.
    public let looks: Bool

    /// The counts of rows. Behind a pointer, so that a stage that moves or lends itself does not carry them along.
    let counts: UnsafeMutablePointer<RowCounts>
    /// By rule: values against its condition, rows that repeat its key, and whether dropped rows repeat it too.
    var broken: [Int]
    var repeats: [Int]
    var countsDropped: [Bool]
    /// By rule: what was measured elsewhere, in place of what the rows say.
    var measured: [Figure?]

    private let watches: UnsafeMutablePointer<ColumnWatch>
    /// How many columns are watched.
    public let watchCount: Int
    var segments: [SegmentCounts]
    private var marks = RowMarks()
    var verdicts: [Verdict] = []

    /// A watch over `rules` of `gate`, in `stage` of the stream. `isLate` reads on where the gate can no longer pass.
    public init(_ rules: [QualityRule], gate: Gate, stage: String? = nil, isLate: Bool = false) {
        self.gate = gate
        self.stage = stage ?? gate.stage
        self.rules = rules
        self.isLate = isLate
        broken = Array(repeating: 0, count: rules.count)
        repeats = broken
        countsDropped = Array(repeating: false, count: rules.count)
        // No row of a stream tells of intervals.
        measured = rules.map { $0.check == .intervals ? Figure(bad: 0, n: 0) : nil }
        counts = .allocate(capacity: 1)
        counts.initialize(to: RowCounts())
        let slots = ColumnWatch.slots(rules)
        watchCount = slots.count
        looks = !slots.isEmpty
        watches = .allocate(capacity: max(slots.count, 1))
        for (index, slot) in slots.enumerated() { (watches + index).initialize(to: ColumnWatch(slot, rules)) }
        segments = rules.enumerated().compactMap { SegmentCounts($0.offset, $0.element, slots) }
    }

    deinit {
        watches.deinitialize(count: watchCount)
        watches.deallocate()
        counts.deallocate()
    }

    /// The slot of a watched column.
    @inline(__always) public func watchedSlot(_ index: Int) -> Int { watches[index].slot }

    /// Sees the value of a watched column: plain text, or (with `isEscaped`) with JSON's escapes in it.
    @inline(__always)
    public mutating func see(_ index: Int, _ line: RawSpan, _ range: Range<Int>, isEscaped: Bool = false) {
        watches[index].see(line, range, isEscaped: isEscaped)
    }

    /// Sees that a watched column has no value.
    public mutating func seeNothing(_ index: Int) { watches[index].seeNothing() }

    /// Sees a number of a watched column, in ten-thousandths.
    public mutating func see(_ index: Int, number: Int64) { watches[index].see(number: number) }

    /// Sees a whole number of a watched column.
    public mutating func see(_ index: Int, whole: Int64) {
        let (scaled, isTooLarge) = whole.multipliedReportingOverflow(by: Decimal4.scale)
        see(index, number: isTooLarge ? (whole < 0 ? .min : .max) : scaled)
    }

    /// Counts a row against a check; before `take` of the same row.
    public mutating func note(_ check: Check) {
        counts.pointee.against[check.index] += 1
        marks.against |= 1 << UInt8(check.index)
    }

    /// Counts `rows` against a check that is only decided after they were taken.
    mutating func note(_ check: Check, afterwards rows: Int) { counts.pointee.against[check.index] += rows }

    /// Counts a value of a row that goes on against the schema.
    mutating func noteWrong(_ slot: Int) {
        counts.pointee.wrong[slot] += 1
        marks.wrong |= 1 << UInt8(slot)
    }

    /// Counts a row whose shape has no such column.
    mutating func noteAbsent(_ slot: Int) {
        counts.pointee.absent[slot] += 1
        marks.absent |= 1 << UInt8(slot)
    }

    /// Counts a row whose shape does not tell of a check.
    mutating func noteUntold(_ check: Check) {
        counts.pointee.untold[check.index] += 1
        marks.untold |= 1 << UInt8(check.index)
    }

    /// Counts a row whose key, by the rule of this index, an earlier row has.
    public mutating func noteRepeat(_ rule: Int) {
        repeats[rule] += 1
        marks.repeats |= 1 << UInt64(rule)
    }

    /// Takes a row that goes on; `gaps` has a bit for each of the eight columns without a value.
    @inline(__always) public mutating func take(gaps: UInt8 = 0) {
        counts.pointee.taken[Int(gaps)] &+= 1
        if looks { settle(gaps) }
    }

    /// Counts a row that is set aside. `isShown` where the stage has shown what its watched columns hold, so that it
    /// counts in its segments; in `(none)` otherwise.
    @inline(never) public mutating func reject(_ code: RejectCode, _ field: String?, isShown: Bool = false) {
        marks = RowMarks()
        let fault = RowFault(code, field)
        counts.pointee.reject(fault)
        for index in segments.indices {
            let segment = isShown ? watches[segments[index].watch].segment : 0
            segments[index].count(segment, fault, countsDropped: countsDropped[segments[index].rule])
        }
    }

    /// True where rules part the rows: a stage then shows the gate what it can read of a row that it sets aside.
    public var hasSegments: Bool { !segments.isEmpty }

    @inline(never) private mutating func settle(_ gaps: UInt8) {
        var bad: UInt64 = 0
        for index in 0..<watchCount { bad |= watches[index].verdict }
        if bad != 0 { for rule in rules.indices where bad & 1 << UInt64(rule) != 0 { broken[rule] += 1 } }
        for index in segments.indices {
            segments[index].count(
                watches[segments[index].watch].segment, gaps: gaps, broken: bad, marks)
        }
        marks = RowMarks()
    }

    /// The rules of a check that part the rows, by their place among those that do.
    func parted(by check: Check) -> [Int] { segments.indices.filter { rules[segments[$0].rule].check == check } }

    /// The segment that the present row is in, of the rule at this place.
    func presentSegment(_ place: Int) -> Int { watches[segments[place].watch].segment }

    /// Counts rows against a rule at this place that were taken before.
    mutating func note(_ place: Int, segment: Int, afterwards rows: Int) {
        segments[place].count(segment, afterwards: rows)
    }

    /// The name of a segment of a watched column.
    func segmentName(_ watch: Int, _ number: Int) -> String { watches[watch].name(number) }
}

extension GateWatch {
    /// Learns by which columns rows are deduplicated: nil for none. The stage then calls `reject` for what it drops and
    /// `noteRepeat` for pairs of invoice and product that it keeps. A rule about a key that this does not tell is exit
    /// 78.
    public mutating func deduplicates(by key: [Int]?) throws(RDError) {
        for (index, rule) in rules.enumerated() where rule.dimension == .uniqueness {
            let columns = Set(rule.slots)
            let known = key.map { Set($0) }
            guard columns == known || columns == Self.pair else {
                throw RDError(
                    .configuration,
                    "the rule \(rule.name) asks for unique \(rule.columnText ?? ""), by which rows are not deduplicated",
                    remedy: "name the columns of --key, or invoice_no and stock_code, in the rule")
            }
            countsDropped[index] = known.map { $0.isSuperset(of: columns) } ?? false
        }
    }

    private static let pair: Set = [Field.invoiceNo, Field.stockCode]

    /// The rules about repeated pairs of invoice and product, by index.
    public var pairRules: [Int] {
        rules.indices.filter { rules[$0].dimension == .uniqueness && Set(rules[$0].slots) == Self.pair }
    }

    /// The rules about unique keys: index, and the slots of the key.
    public var keyRules: [(index: Int, slots: [Int])] {
        rules.enumerated().filter { $0.element.dimension == .uniqueness }.map { ($0.offset, $0.element.slots) }
    }

    /// The rules of a check that only the tables tell, by index.
    public func rules(of check: Check) -> [Int] { rules.indices.filter { rules[$0].check == check } }

    /// Takes the figure of a rule that was measured elsewhere: `bad` ones of `n`.
    public mutating func measure(_ rule: Int, bad: Int, of n: Int) { measured[rule] = Figure(bad: bad, n: n) }

    /// Rows that went on.
    public var rows: Int { counts.pointee.rows }

    /// Gives up where the gate cannot pass any more, with the metrics so far appended to `out`. `further` is the most
    /// rows that may still come; nil where nobody knows.
    public mutating func checkpoint(further: Int?, into out: inout ByteBuffer) throws(GateFailure) {
        guard !isLate, isLost(further: further) else { return }
        finish(into: &out)
        verdicts = verdicts.filter { $0.status == .fail }
        guard !verdicts.isEmpty else { return }
        throw GateFailure(gate, verdicts, isEarly: true)
    }

    /// Appends the figure of every rule as a `metric` line, and keeps the verdicts.
    public mutating func finish(into out: inout ByteBuffer) {
        verdicts = []
        let tally = Tally(self)
        for (index, rule) in rules.enumerated() {
            for figure in tally.figures(index, rule, self) {
                let verdict = Verdict(rule: rule, figure: figure)
                verdict.append(stage: stage, gate: gate, to: &out)
                if verdict.status != .pass { verdicts.append(verdict) }
            }
        }
    }

    /// What the rules warn of, in a few words each; after `finish`.
    public var warnings: [String] { Verdict.describe(verdicts.filter { $0.status == .warn }, gate) }

    /// Throws where a rule failed; after `finish`.
    public func judge() throws(GateFailure) {
        let failed = verdicts.filter { $0.status == .fail }
        if !failed.isEmpty { throw GateFailure(gate, failed, isEarly: false) }
    }

    private func isLost(further: Int?) -> Bool {
        let tally = Tally(self)
        for (index, rule) in rules.enumerated() where rule.thresholds.fail != nil {
            let cells = rule.dimension == .completeness || rule.dimension == .validity ? rule.slots.count : 1
            for figure in tally.figures(index, rule, self)
            where rule.cannotPass(bad: figure.bad, of: figure.n, further: further.map { $0 * cells }) {
                return true
            }
        }
        return false
    }
}
