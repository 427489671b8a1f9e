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
        try connection.script("SAVEPOINT bare_month")
        do throws(PostgresError) {
            try connection.execute("SELECT retail_dw.index_fact_month($1::date)", [FactMonths.day(month)])
        } catch {
            guard error.sqlstate == "23505" else { throw error }
            try connection.script("ROLLBACK TO bare_month")
            let part = try connection.value("SELECT retail_dw.fact_month_name($1::date)", [FactMonths.day(month)])
            try refuseTwins(in: "retail_dw." + connection.quoteIdentifier(part ?? ""))
            throw error
        }
        try connection.script("RELEASE bare_month")
    }

    /// Refuses a natural key that the stream has twice in this table.
    func refuseTwins(in table: String) throws {
        let rows = try connection.execute(
            """
            SELECT n.invoice_no, p.stock_code, n.line_no, to_char(n.transaction_datetime, 'YYYY-MM-DD"T"HH24:MI:SS')
            FROM (SELECT invoice_no, product_key, line_no, transaction_datetime FROM \(table)
                  GROUP BY 1, 2, 3, 4 HAVING count(*) > 1) AS n
            JOIN retail_dw.dim_products AS p USING (product_key)
            ORDER BY 1, 2, 3, 4 LIMIT 1
            """)
        guard rows.rowCount > 0 else { return }
        throw RDError(
            .data,
            "the stream has two facts of invoice \(rows[0, 0] ?? ""), stock code \(rows[0, 1] ?? ""), "
                + "line \(rows[0, 2] ?? "") at \(rows[0, 3] ?? "")",
            remedy: "let rd-clean and rd-transform number the lines of a product on an invoice; nothing was loaded")
    }

    /// Makes the calendar reach from the first to the last day.
    func extendCalendar(_ first: Int32, _ last: Int32) throws {
        guard first <= last else { return }
        try connection.execute(
            "SELECT retail_dw.extend_dim_date($1::date, $2::date)", [FactMonths.day(first), FactMonths.day(last)])
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
