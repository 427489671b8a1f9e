import RDRecord

/// A figure of one rule: the bad ones of all, in all rows or in one segment.
struct Figure {
    var segment: String?
    var bad: Int
    var n: Int
}

/// The sums of a watch, from which each rule takes its figure.
struct Tally {
    /// Rows that went on.
    let taken: Int
    /// Those of the watch, which lives longer.
    private let counts: UnsafeMutablePointer<RowCounts>
    /// Of them, those with an empty cell, by column.
    private var empty = InlineArray<8, Int>(repeating: 0)

    init(_ watch: borrowing GateWatch) {
        var sum = 0
        let counts = watch.counts
        for gaps in 0..<256 where counts.pointee.taken[gaps] > 0 {
            let rows = counts.pointee.taken[gaps]
            sum += rows
            for slot in 0..<8 where gaps & 1 << slot != 0 { empty[slot] += rows }
        }
        taken = sum
        self.counts = counts
    }

    func figures(_ index: Int, _ rule: QualityRule, _ watch: borrowing GateWatch) -> [Figure] {
        if let figure = watch.measured[index] { return [figure] }
        for counts in watch.segments where counts.rule == index {
            return counts.all.indices.filter { counts.all[$0] > 0 }.map {
                Figure(segment: watch.segmentName(counts.watch, $0), bad: counts.bad[$0], n: counts.all[$0])
            }
        }
        return [whole(index, rule, watch)]
    }

    private func whole(_ index: Int, _ rule: QualityRule, _ watch: borrowing GateWatch) -> Figure {
        switch rule.dimension {
        case .completeness: return cells(rule, watch)
        case .validity: return values(index, rule, watch)
        case .uniqueness:
            let dropped = watch.countsDropped[index] ? counts.pointee.dropped : 0
            return Figure(bad: dropped + watch.repeats[index], n: taken + dropped)
        case .accuracy, .consistency: return rows(rule.check, watch)
        }
    }

    /// A row set aside for an empty cell has that cell; what other cells it has nobody knows.
    private func cells(_ rule: QualityRule, _ watch: borrowing GateWatch) -> Figure {
        var figure = Figure(bad: 0, n: 0)
        for slot in rule.slots {
            figure.n += taken - counts.pointee.absent[slot] + counts.pointee.missing[slot]
            figure.bad += empty[slot] + counts.pointee.missing[slot]
        }
        return figure
    }

    private func values(_ index: Int, _ rule: QualityRule, _ watch: borrowing GateWatch) -> Figure {
        var figure = Figure(bad: watch.broken[index], n: 0)
        for slot in rule.slots {
            figure.n += taken - counts.pointee.absent[slot] - empty[slot] + counts.pointee.invalid[slot]
            figure.bad += counts.pointee.invalid[slot] + counts.pointee.wrong[slot]
        }
        return figure
    }

    private func rows(_ check: Check?, _ watch: borrowing GateWatch) -> Figure {
        guard let check else { return Figure(bad: 0, n: 0) }
        let against = counts.pointee.against[check.index]
        let told = taken - counts.pointee.untold[check.index]
        switch check {
        case .wellFormed: return Figure(bad: counts.pointee.malformed, n: taken + counts.pointee.rejected)
        case .lineTotal: return Figure(bad: against + counts.pointee.inexact, n: told + counts.pointee.inexact)
        case .positive, .oneCountry, .dimensions, .intervals: return Figure(bad: against, n: told)
        }
    }
}
