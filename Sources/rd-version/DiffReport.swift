import RDBytes
import RDFilter
import RDWarehouse

extension VersionDiff {
    /// The comparison for people; of the members only the first so many.
    func account(members limit: Int) -> [String] {
        if months.isEmpty, members.isEmpty { return ["versions \(before) and \(after) hold the same"] }
        var lines = months.isEmpty ? ["no facts differ"] : columnLines(monthCells)
        if members.isEmpty { return lines + ["", "no members differ"] }
        lines += ["", "members that differ:"] + memberCounts
        guard limit > 0 else { return lines }
        lines.append("")
        lines += columnLines(members.prefix(limit).map(\.cells), left: 4)
        let rest = members.count - limit
        if rest > 0 { lines.append("and \(grouped(rest)) more: --members \(members.count), or --json") }
        return lines
    }

    private var monthCells: [[String]] {
        let head = [
            "month", "inserted", "updated", "moved", "removed", "rows before", "rows after", "net before", "net after",
        ]
        let rows = months.map { month in
            [month.json["month"]?.string ?? ""]
                + [
                    month.inserted, month.updated, month.moved, month.removed, month.factsBefore, month.factsAfter,
                ].map(grouped) + [month.moneyBefore, month.moneyAfter]
        }
        return [head] + rows
    }

    /// How many members of each dimension differ.
    var memberCounts: [String] {
        columnLines(
            [["dimension", "added", "changed", "removed"]]
                + counts.map { [$0.dimension, grouped($0.added), grouped($0.changed), grouped($0.removed)] })
    }
}

extension MemberChange {
    /// Dimension, member, what became of it, and the columns that differ.
    fileprivate var cells: [String] { [dimension, member, change, differences] }

    private var differences: String {
        guard change == "changed" else { return Self.text(change == "added" ? after : before) }
        return (after.members ?? []).compactMap { column in
            let old = before[column.name]
            guard old != column.value else { return nil }
            return "\(column.name) \(Self.plain(old)) -> \(Self.plain(column.value))"
        }.joined(separator: ", ")
    }

    /// What tells one member from others of its dimension.
    private static func text(_ content: JSONValue) -> String {
        let names = ["country", "effective_date", "expiry_date", "description"]
        return names.compactMap { name in content[name].map { "\(name) \(plain($0))" } }.joined(separator: ", ")
    }

    private static func plain(_ value: JSONValue?) -> String { value?.string ?? value?.text ?? "none" }
}
