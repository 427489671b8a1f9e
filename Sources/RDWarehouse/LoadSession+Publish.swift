import RDBytes
import RDPostgres

extension LoadSession {
    /// Indexes new months and makes them partitions.
    func publish(_ months: [Int]) throws {
        for month in months { try index(month) }
        for month in months {
            try connection.execute("SELECT retail_dw.attach_fact_month($1::date)", [FactMonths.day(month)])
        }
    }

    private func index(_ month: Int) throws {
        do throws(PostgresError) {
            try connection.execute("SELECT retail_dw.index_fact_month($1::date)", [FactMonths.day(month)])
        } catch {
            guard error.sqlstate == "23505" else { throw error }
            throw RDError(
                .data, "the stream has two facts with one natural key: \(error.detail ?? error.message)",
                remedy: "let rd-clean and rd-transform number the lines of a product on an invoice; nothing was loaded")
        }
    }

    /// Makes the calendar reach from the first to the last day.
    func extendCalendar(_ first: Int32, _ last: Int32) throws {
        guard first <= last else { return }
        try connection.execute(
            "SELECT retail_dw.extend_dim_date(to_date($1, 'YYYYMMDD'), to_date($2, 'YYYYMMDD'))",
            [String(first), String(last)])
    }

    /// Makes the versions of these customers anew from all of their facts.
    /// - Returns: how many facts of before now belong to another version of their customer, and their net money.
    func makeAnew(_ customers: Set<String>) throws -> (facts: Int, money: String) {
        guard !customers.isEmpty else { return (0, "0.0000") }
        let quoted = customers.sorted().map {
            "\"\($0.replacing("\\", with: "\\\\").replacing("\"", with: "\\\""))\""
        }
        let rows = try connection.execute(
            """
            SELECT facts_moved, money_moved::numeric(24, 4)::text
            FROM retail_dw.resplit_customers($1::text[], $2::integer)
            """, ["{" + quoted.joined(separator: ",") + "}", String(version)])
        return (Int(rows[0, 0] ?? "") ?? 0, rows[0, 1] ?? "0.0000")
    }
}
