public import RDBytes
public import RDPostgres

/// Finds facts by what stands on an invoice, with everything that is known of their past.
public struct FactFinder {
    private let connection: Connection

    /// Facts of the warehouse in the database of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    /// The facts of a product on an invoice: one for each line of it and moment, only line `lineNo` where that is
    /// given. The natural key's index finds them in every month; archived ones have an index of their own.
    public func stories(invoice: String, stockCode: String, lineNo: Int?) throws -> [FactStory] {
        let rows = try connection.execute(Self.sql, [invoice, stockCode, lineNo.map { String($0) }])
        var keys: [String] = []
        var states: [String: [FactStory.State]] = [:]
        for row in 0..<rows.rowCount {
            let state = Self.state(rows, row)
            let key = [2, 5].map { rows[row, $0] ?? "" }.joined(separator: " ")
            if states[key] == nil { keys.append(key) }
            states[key, default: []].append(state)
        }
        return try keys.map { try story(states[$0] ?? []) }
    }

    private func story(_ states: [FactStory.State]) throws -> FactStory {
        let latest = states[states.count - 1]
        return FactStory(states: states, run: try RunStore(connection).run("v\(latest.sourceVersion)"))
    }

    /// Present and past states, by line and moment, oldest first.
    private static let sql = """
        WITH products AS MATERIALIZED (
            SELECT product_key FROM retail_dw.dim_products WHERE stock_code = $2
            UNION SELECT product_key FROM retail_dw.dim_products_archive WHERE stock_code = $2
        ), found AS MATERIALIZED (
            SELECT invoice_no, line_no, customer_key, country_key, transaction_datetime, date_key, quantity, unit_price,
                   line_total, net_amount, transaction_type, version_id, NULL::integer AS to_version_id,
                   source_version_id, source_line
            FROM retail_dw.fact_sales
            WHERE invoice_no = $1 AND product_key = ANY (ARRAY(SELECT product_key FROM products))
              AND ($3::bigint IS NULL OR line_no = $3::bigint)
            UNION ALL
            SELECT invoice_no, line_no, customer_key, country_key, transaction_datetime, date_key, quantity, unit_price,
                   line_total, net_amount, transaction_type, version_id, to_version_id, source_version_id, source_line
            FROM retail_dw.fact_sales_archive
            WHERE invoice_no = $1 AND product_key IN (SELECT product_key FROM products)
              AND ($3::bigint IS NULL OR line_no = $3::bigint)
        )
        SELECT f.invoice_no, $2::text, f.line_no,
               c.customer_id,
               coalesce((SELECT country_name FROM retail_dw.dim_country AS d WHERE d.country_key = f.country_key),
                        (SELECT country_name FROM retail_dw.dim_country_archive AS d
                         WHERE d.country_key = f.country_key LIMIT 1)),
               to_char(f.transaction_datetime, 'YYYY-MM-DD"T"HH24:MI:SS'), f.date_key, f.quantity, f.unit_price,
               f.line_total, f.net_amount, f.transaction_type, v.version_number, t.version_number, s.version_number,
               f.source_line, f.customer_key,
               to_char(c.effective_date, 'YYYY-MM-DD"T"HH24:MI:SS'), c.country
        FROM found AS f
        LEFT JOIN LATERAL (
            SELECT customer_id, effective_date, country FROM retail_dw.dim_customers AS d
            WHERE d.customer_key = f.customer_key
            UNION ALL
            SELECT customer_id, effective_date, country FROM retail_dw.dim_customers_archive AS d
            WHERE d.customer_key = f.customer_key
            LIMIT 1
        ) AS c ON true
        LEFT JOIN retail_dw.data_versions AS v ON v.version_id = f.version_id
        LEFT JOIN retail_dw.data_versions AS t ON t.version_id = f.to_version_id
        LEFT JOIN retail_dw.data_versions AS s ON s.version_id = f.source_version_id
        ORDER BY f.line_no, f.transaction_datetime, f.version_id, f.to_version_id NULLS LAST
        """

    private static func state(_ rows: QueryResult, _ row: Int) -> FactStory.State {
        let names = [
            "invoice_no", "stock_code", "line_no", "customer_id", "country", "transaction_datetime", "date_key",
            "quantity", "unit_price", "line_total", "net_amount", "transaction_type",
        ]
        let numbers: Set<Int> = [2, 6, 7, 8, 9, 10]
        let fact = names.enumerated().map { index, name -> JSONValue.Member in
            let text = rows[row, index]
            return .init(name, text.map { numbers.contains(index) ? .number($0) : .string($0) } ?? .null)
        }
        func number(_ column: Int) -> Int? { rows[row, column].flatMap { Int($0) } }
        return FactStory.State(
            fact: .object(fact), from: number(12) ?? 0, to: number(13), sourceVersion: number(14) ?? 0,
            line: number(15),
            customerVersion: [
                "key": number(16).map { .integer($0) } ?? .null, "since": .optional(rows[row, 17]),
                "country": .optional(rows[row, 18]),
            ])
    }

    /// Asks for the rows that repeat the fact, and calls `meanwhile` while the server looks for them.
    public func findRepeats<Found>(of story: inout FactStory, meanwhile: () throws -> Found) throws -> Found {
        guard let line = story.latest.line else { return try meanwhile() }
        try connection.send(
            """
            SELECT line, stage, detail FROM retail_dw.etl_rejects
            WHERE run = $1::uuid AND status <> 'not_loaded' AND code = 'duplicate' AND detail LIKE '% as on line ' || $2
            ORDER BY line LIMIT 100
            """, [story.run.run, String(line)])
        let found = Result { try meanwhile() }
        story.repeats = Self.repeats(try connection.receive())
        return try found.get()
    }

    private static func repeats(_ rows: QueryResult) -> [FactStory.Repeat] {
        (0..<rows.rowCount).map {
            FactStory.Repeat(
                line: rows[$0, 0].flatMap { Int($0) }, stage: rows[$0, 1] ?? "", detail: rows[$0, 2])
        }
    }

    /// Rows that were set aside and name both the invoice and the product, the latest first: why there is no fact.
    public func rejects(invoice: String, stockCode: String) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT run, stage, line, byte_offset, code, field, detail, raw FROM retail_dw.etl_rejects
            WHERE strpos(raw, $1) > 0 AND strpos(raw, $2) > 0 ORDER BY reject_id DESC LIMIT 20
            """, [invoice, stockCode])
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> JSONValue { rows[row, column].map { .number($0) } ?? .null }
            return [
                "type": "reject", "run": .optional(rows[row, 0]), "stage": .optional(rows[row, 1]), "line": number(2),
                "offset": number(3), "code": .optional(rows[row, 4]), "field": .optional(rows[row, 5]),
                "detail": .optional(rows[row, 6]), "raw": .optional(rows[row, 7]),
            ]
        }
    }
}
