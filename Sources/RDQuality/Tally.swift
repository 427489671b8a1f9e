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
    /// Of them, those with an empty cell, by column.
    private var empty = InlineArray<8, Int>(repeating: 0)

    init(_ watch: borrowing GateWatch) {
        var sum = 0
        for gaps in watch.taken.indices where watch.taken[gaps] > 0 {
            sum += watch.taken[gaps]
            for slot in 0..<8 where gaps & 1 << slot != 0 { empty[slot] += watch.taken[gaps] }
        }
        taken = sum
    }

    func figures(_ index: Int, _ rule: QualityRule, _ watch: borrowing GateWatch) -> [Figure] {
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
            let dropped = watch.countsDropped[index] ? watch.dropped : 0
            return Figure(bad: dropped + watch.repeats[index], n: taken + dropped)
        case .accuracy, .consistency: return rows(rule.check, watch)
        }
    }

    /// A row set aside for an empty cell has that cell; what other cells it has nobody knows.
    private func cells(_ rule: QualityRule, _ watch: borrowing GateWatch) -> Figure {
        var figure = Figure(bad: 0, n: 0)
        for slot in rule.slots {
            figure.n += taken + watch.missing[slot]
            figure.bad += empty[slot] + watch.missing[slot]
        }
        return figure
    }

    private func values(_ index: Int, _ rule: QualityRule, _ watch: borrowing GateWatch) -> Figure {
        var figure = Figure(bad: watch.broken[index], n: 0)
        for slot in rule.slots {
            figure.n += taken - empty[slot] + watch.invalid[slot]
            figure.bad += watch.invalid[slot]
        }
        return figure
    }

    private func rows(_ check: Check?, _ watch: borrowing GateWatch) -> Figure {
        guard let check else { return Figure(bad: 0, n: 0) }
        let against = watch.against[check.index]
        switch check {
        case .wellFormed: return Figure(bad: watch.malformed, n: taken + watch.rejected)
        case .lineTotal: return Figure(bad: against, n: taken + against)
        case .positive, .oneCountry, .dimensions, .intervals: return Figure(bad: against, n: taken)
        }
    }
}
