import RDBytes
import RDFilter
import RDWarehouse

/// What `rd-db retention` says, for people and for programs.
struct RetentionReport {
    let plan: RetentionPlan
    let asJSON: Bool

    /// What would go, or that nothing does.
    var planned: [String] {
        if asJSON { return plan.months.map(\.json.line) + [total.line] }
        return plan.isEmpty ? [nothing] : table + ["", summary]
    }

    /// What went.
    func done(_ summary: RetentionSummary) -> [String] {
        if asJSON { return [summary.json.line] }
        let size = summary.files.reduce(0) { $0 + $1.compressedBytes }
        return [
            "version \(summary.version): \(grouped(plan.facts)) facts worth \(Decimal4.text(plan.netAmount)) of "
                + "\(count) archived and dropped; kept from \(plan.keptFrom ?? "-")",
            "archive: \(summary.folder), \(summary.files.count) files, \(sizeText(size))",
            "net money in the warehouse: \(summary.money.before) before, \(summary.money.after) after",
        ]
    }

    /// One line for the question.
    var summary: String {
        "This archives and drops \(count) before \(plan.keptFrom?.prefix(7) ?? "-"): "
            + "\(grouped(plan.facts)) facts worth \(Decimal4.text(plan.netAmount)), \(sizeText(plan.bytes))"
    }

    private var count: String { plan.months.count == 1 ? "1 month" : "\(plan.months.count) months" }

    private var nothing: String {
        guard let newest = plan.newest, let keptFrom = plan.keptFrom else {
            return "nothing to do: the warehouse has no facts"
        }
        return "nothing to do: the newest \(plan.keep) months are \(keptFrom.prefix(7)) to \(newest), "
            + "and there are no facts before them"
    }

    /// The months that would go.
    var table: [String] {
        let rows = plan.months.map { month in
            [
                month.month, grouped(month.facts), sizeText(month.bytes), Decimal4.text(month.netAmount),
                grouped(month.history),
            ]
        }
        return columnLines([["month", "rows", "size", "net amount", "history"]] + rows)
    }

    private var total: JSONValue {
        [
            "status": .string(plan.isEmpty ? "nothing_to_do" : "planned"), "kept_from": .optional(plan.keptFrom),
            "newest": .optional(plan.newest), "months": .integer(plan.months.count), "facts": .integer(plan.facts),
            "net_amount": .string(Decimal4.text(plan.netAmount)), "history": .integer(plan.history),
            "bytes": .integer(plan.bytes),
        ]
    }
}

extension RetentionPlan.Month {
    fileprivate var json: JSONValue {
        [
            "month": .string(month), "partition": .optional(partition), "facts": .integer(facts),
            "bytes": .integer(bytes), "net_amount": .string(Decimal4.text(netAmount)), "history": .integer(history),
        ]
    }
}
