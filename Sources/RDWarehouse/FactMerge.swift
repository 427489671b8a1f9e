import RDPostgres

/// What became of the facts of a load.
public struct FactCounts: Equatable, Sendable {
    /// Facts that were new.
    public var inserted = 0
    /// Facts that were there and changed.
    public var updated = 0
    /// Facts that were there as they are.
    public var unchanged = 0
}

extension LoadSession {
    /// Brings staged facts into the months that were there: new ones are inserted, changed ones updated, the rest left
    /// alone. By the natural key, as a set.
    func mergeStaged(_ staged: Int) throws -> FactCounts {
        try connection.script("ANALYZE fact_news")
        let known = try number(
            """
            SELECT count(*) FROM fact_news AS n JOIN retail_dw.fact_sales AS f
            USING (invoice_no, product_key, line_no, transaction_datetime)
            """)
        let changed = try number(
            """
            WITH merged AS (
                INSERT INTO retail_dw.fact_sales AS f SELECT * FROM fact_news
                ON CONFLICT (invoice_no, product_key, line_no, transaction_datetime) DO UPDATE
                SET quantity = excluded.quantity, customer_key = excluded.customer_key,
                    country_key = excluded.country_key, version_id = excluded.version_id,
                    source_line = excluded.source_line, unit_price = excluded.unit_price,
                    line_total = excluded.line_total, net_amount = excluded.net_amount,
                    transaction_type = excluded.transaction_type
                WHERE (f.quantity, f.customer_key, f.country_key, f.unit_price, f.net_amount, f.transaction_type)
                    IS DISTINCT FROM (excluded.quantity, excluded.customer_key, excluded.country_key,
                                      excluded.unit_price, excluded.net_amount, excluded.transaction_type)
                RETURNING 1
            )
            SELECT count(*) FROM merged
            """)
        let inserted = staged - known
        return FactCounts(inserted: inserted, updated: changed - inserted, unchanged: known - (changed - inserted))
    }

    private func number(_ sql: String) throws -> Int { Int(try connection.value(sql) ?? "") ?? 0 }

    /// The sum of net_amount over these months, as text.
    func money(of months: [Int]) throws -> String {
        guard !months.isEmpty else { return "0.0000" }
        let days = months.map { "DATE '\(FactMonths.day($0))'" }.joined(separator: ", ")
        return try connection.value(
            """
            SELECT coalesce(sum(net_amount), 0)::numeric(24, 4)::text FROM retail_dw.fact_sales, unnest(ARRAY[\(days)]) AS m (day)
            WHERE transaction_datetime >= day AND transaction_datetime < day + interval '1 month'
            """) ?? "0.0000"
    }

    /// Indexes new months and makes them partitions.
    func publish(_ months: [Int]) throws {
        for month in months {
            try connection.execute("SELECT retail_dw.index_fact_month($1::date)", [FactMonths.day(month)])
        }
        for month in months {
            try connection.execute("SELECT retail_dw.attach_fact_month($1::date)", [FactMonths.day(month)])
        }
    }

    /// Makes the calendar reach from the first to the last day.
    func extendCalendar(_ first: Int32, _ last: Int32) throws {
        guard first <= last else { return }
        try connection.execute(
            "SELECT retail_dw.extend_dim_date(to_date($1, 'YYYYMMDD'), to_date($2, 'YYYYMMDD'))",
            [String(first), String(last)])
    }
}
