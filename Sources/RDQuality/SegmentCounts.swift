import RDRecord

/// Cells or rows and bad ones of one rule by segment: what a tally says of all rows, of each part of them.
struct SegmentCounts {
    private enum Kind {
        case cells(UInt8)
        case values(UInt8, bit: UInt64)
        case key(bit: UInt64)
        case check(Check)
    }

    let rule: Int
    /// The index of the watch over the column that parts the rows.
    let watch: Int
    private let kind: Kind
    private(set) var all: [Int] = []
    private(set) var bad: [Int] = []

    init?(_ index: Int, _ rule: QualityRule, _ slots: [Int]) {
        guard let name = rule.segment, let slot = Field.source.firstIndex(of: name),
            let watch = slots.firstIndex(of: slot)
        else { return nil }
        self.rule = index
        self.watch = watch
        let cells = rule.slots.reduce(UInt8(0)) { $0 | 1 << UInt8($1) }
        let bit = UInt64(1) << UInt64(index)
        switch rule.dimension {
        case .completeness: kind = .cells(cells)
        case .validity: kind = .values(cells, bit: bit)
        case .uniqueness: kind = .key(bit: bit)
        case .accuracy, .consistency:
            guard let check = rule.check else { return nil }
            kind = .check(check)
        }
    }

    /// Counts a row that goes on; `broken` has a bit for each rule whose condition its value is against.
    mutating func count(_ segment: Int, gaps: UInt8, broken: UInt64, _ marks: RowMarks) {
        switch kind {
        case .cells(let cells):
            let cells = cells & ~marks.absent
            add(segment, cells.nonzeroBitCount, bad: (gaps & cells).nonzeroBitCount)
        case .values(let cells, let bit):
            let cells = cells & ~marks.absent & ~gaps
            let wrong = (marks.wrong & cells).nonzeroBitCount
            add(segment, cells.nonzeroBitCount, bad: wrong + (broken & bit != 0 ? 1 : 0))
        case .key(let bit): add(segment, 1, bad: marks.repeats & bit != 0 ? 1 : 0)
        case .check(let check):
            let bit = UInt8(1) << UInt8(check.index)
            if marks.untold & bit == 0 { add(segment, 1, bad: marks.against & bit != 0 ? 1 : 0) }
        }
    }

    /// Counts a row that is set aside; `countsDropped` where one that repeats another is against the rule.
    mutating func count(_ segment: Int, _ fault: RowFault, countsDropped: Bool) {
        switch (kind, fault) {
        case (.cells(let cells), .missing(let slot)), (.values(let cells, _), .invalid(let slot)):
            if cells & 1 << UInt8(slot) != 0 { add(segment, 1, bad: 1) }
        case (.key, .dropped): if countsDropped { add(segment, 1, bad: 1) }
        case (.check(.wellFormed), .malformed): add(segment, 1, bad: 1)
        case (.check(.wellFormed), _): add(segment, 1, bad: 0)
        case (.check(.lineTotal), .inexact): add(segment, 1, bad: 1)
        default: break
        }
    }

    /// Counts rows as bad that were taken as good ones.
    mutating func count(_ segment: Int, afterwards rows: Int) { add(segment, 0, bad: rows) }

    private mutating func add(_ segment: Int, _ n: Int, bad: Int) {
        if n == 0, bad == 0 { return }
        if segment >= all.count { grow(segment) }
        all[segment] += n
        self.bad[segment] += bad
    }

    @inline(never) private mutating func grow(_ segment: Int) {
        let extra = Array(repeating: 0, count: segment + 1 - all.count)
        all += extra
        bad += extra
    }
}
