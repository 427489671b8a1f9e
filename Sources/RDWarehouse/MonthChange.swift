public import RDBytes
import RDPostgres

/// How the facts of a month differ between two versions.
public struct MonthChange: Sendable {
    /// The month as yyyymm.
    public var month: Int
    /// Facts that are new.
    public var inserted: Int
    /// Facts that changed.
    public var updated: Int
    /// Facts that belong to another version of their customer.
    public var moved: Int
    /// Facts that are gone.
    public var removed: Int
    /// Facts of the month at the first version and at the second.
    public var factsBefore: Int
    /// The same at the second.
    public var factsAfter: Int
    /// Net money of the month at the first version, as an exact decimal.
    public var moneyBefore: String
    /// The same at the second.
    public var moneyAfter: String

    /// A month given as yyyymm, as yyyy-mm.
    static func text(_ month: Int) -> String { "\(month / 100)-\(String(month % 100 + 100).dropFirst())" }

    /// One object.
    public var json: JSONValue {
        [
            "month": .string(Self.text(month)), "inserted": .integer(inserted), "updated": .integer(updated),
            "moved": .integer(moved), "removed": .integer(removed), "facts_before": .integer(factsBefore),
            "facts_after": .integer(factsAfter), "net_amount_before": .string(moneyBefore),
            "net_amount_after": .string(moneyAfter),
        ]
    }

    /// The months that differ between two versions, by their numbers; 0 is the empty warehouse.
    static func between(_ before: Int, _ after: Int, _ connection: Connection) throws -> [MonthChange] {
        let rows = try connection.execute(
            """
            SELECT to_char(month, 'YYYYMM'), inserted, updated, moved, removed, facts_before, facts_after, money_before,
                   money_after
            FROM retail_dw.diff_facts($1::integer, $2::integer)
            """, [String(before), String(after)])
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> Int { Int(rows[row, column] ?? "") ?? 0 }
            return MonthChange(
                month: number(0), inserted: number(1), updated: number(2), moved: number(3), removed: number(4),
                factsBefore: number(5), factsAfter: number(6), moneyBefore: rows[row, 7] ?? "0.0000",
                moneyAfter: rows[row, 8] ?? "0.0000")
        }
    }
}

extension LoadSession {
    /// Customer versions that were current and that the load closed.
    func closedVersions() throws -> Int {
        let count = try connection.value(
            """
            SELECT count(*) FROM retail_dw.dim_customers_archive AS a
            LEFT JOIN retail_dw.dim_customers AS c USING (customer_key)
            WHERE a.to_version_id = $1::integer AND a.is_current AND c.is_current IS NOT true
            """, [String(version)])
        return Int(count ?? "") ?? 0
    }

    /// Turns what was done into a plan of it.
    func plan(into summary: inout LoadSummary) throws {
        summary.status = .planned
        summary.changes = try MonthChange.between(number - 1, number, connection)
    }
}
