import RDPostgres

/// What the warehouse's tables hold, now or as of a version.
struct WarehouseReading: Equatable {
    /// One row: its surrogate key, the version that wrote it, all its columns but that, and what it says without
    /// surrogate keys.
    struct Row: Equatable {
        var key: String
        var version: Int
        var columns: String
        var content: String
    }

    private(set) var facts: [Row] = []
    private(set) var customers: [Row] = []
    private(set) var products: [Row] = []
    private(set) var countries: [Row] = []
    /// The key of the customer's version by the fact's natural key.
    private(set) var owners: [String: String] = [:]

    /// Reads the tables; with a number, as they were after that version.
    init(_ connection: Connection, asOf number: Int? = nil) throws {
        func source(_ table: String) -> String { "retail_dw.\(table)" + (number.map { "_as_of(\($0))" } ?? "") }
        let people = source("dim_customers")
        facts = try Self.rows(
            connection,
            """
            SELECT t.sales_key, t.version_id, (to_jsonb(t) - 'version_id')::text,
                   concat_ws('|', t.invoice_no, p.stock_code, t.line_no, \(Self.moment("t.transaction_datetime")),
                       c.customer_id, d.country_name, t.quantity, t.unit_price, t.line_total, t.net_amount,
                       t.transaction_type, t.date_key, s.version_number, t.source_line, \(Self.moment("c.effective_date")),
                       \(Self.moment("c.expiry_date"))),
                   concat_ws('|', t.invoice_no, p.stock_code, t.line_no, \(Self.moment("t.transaction_datetime"))),
                   t.customer_key
            FROM \(source("fact_sales")) AS t LEFT JOIN \(people) AS c USING (customer_key)
            LEFT JOIN \(source("dim_products")) AS p USING (product_key)
            LEFT JOIN \(source("dim_country")) AS d ON d.country_key = t.country_key
            LEFT JOIN retail_dw.data_versions AS s ON s.version_id = t.source_version_id
            """, &owners)
        customers = try Self.rows(
            connection,
            """
            SELECT t.customer_key, t.version_id, (to_jsonb(t) - 'version_id')::text,
                   concat_ws('|', t.customer_id, t.country, d.country_name, \(Self.moment("t.effective_date")),
                       \(Self.moment("t.expiry_date")), t.is_current, t.is_inferred, coalesce(t.customer_name, '-'),
                       coalesce(\(Self.moment("t.named_at")), '-'))
            FROM \(people) AS t LEFT JOIN \(source("dim_country")) AS d USING (country_key)
            """)
        products = try Self.rows(
            connection,
            """
            SELECT t.product_key, t.version_id, (to_jsonb(t) - 'version_id')::text,
                   concat_ws('|', t.stock_code, coalesce(t.description, '-'), coalesce(\(Self.moment("t.described_at")), '-'),
                       t.is_note, coalesce(t.unit_price::text, '-'), coalesce(\(Self.moment("t.priced_at")), '-'),
                       coalesce(\(Self.moment("t.last_sold_at")), '-'), t.is_inferred)
            FROM \(source("dim_products")) AS t
            """)
        countries = try Self.rows(
            connection,
            """
            SELECT t.country_key, t.version_id, (to_jsonb(t) - 'version_id')::text, t.country_name
            FROM \(source("dim_country")) AS t
            """)
    }

    private static func moment(_ column: String) -> String { #"to_char(\#(column), 'YYYY-MM-DD"T"HH24:MI:SS')"# }

    private static func rows(_ connection: Connection, _ sql: String) throws -> [Row] {
        var nobody: [String: String] = [:]
        return try rows(connection, sql, &nobody)
    }

    private static func rows(_ connection: Connection, _ sql: String, _ owners: inout [String: String]) throws -> [Row]
    {
        let result = try connection.execute(sql)
        return (0..<result.rowCount).map { row in
            if result.columnCount > 4 { owners[result[row, 4] ?? ""] = result[row, 5] ?? "" }
            return Row(
                key: result[row, 0] ?? "", version: Int(result[row, 1] ?? "") ?? -1, columns: result[row, 2] ?? "",
                content: result[row, 3] ?? "")
        }.sorted { ($0.content, $0.key) < ($1.content, $1.key) }
    }

    /// Without the facts before a moment, as retention leaves every state.
    mutating func dropFacts(before moment: String) {
        facts.removeAll { $0.content.split(separator: "|", omittingEmptySubsequences: false)[3] < moment }
    }

    /// The four tables by name.
    var tables: [(name: String, rows: [Row])] {
        [("facts", facts), ("customers", customers), ("products", products), ("countries", countries)]
    }
}

extension WarehouseState {
    /// What the four tables must say, as `WarehouseReading` has it.
    var contents: [[String]] {
        let versions = customerVersions()
        return [
            facts.map { text($0.key, $0.value, versions) }, versions.values.flatMap { $0.map(text) },
            products.map { text($0.key, $0.value) }, Array(countries),
        ].map { $0.sorted() }
    }

    private func text(_ key: SaleKey, _ fact: Fact, _ versions: [String: [CustomerVersion]]) -> String {
        let content = fact.content
        let owner = versions[content.customer]?.first { $0.holds(key.moment) }
        let fields: [String] = [
            key.text, content.customer, content.country, "\(content.quantity)", moneyText(content.price),
            moneyText(content.total), moneyText(content.net), content.type,
            String(key.moment.prefix(10).filter { $0 != "-" }), "\(fact.source)", "\(fact.line)",
            owner?.begins ?? "nobody", owner?.ends ?? "nobody",
        ]
        return fields.joined(separator: "|")
    }

    private func text(_ version: CustomerVersion) -> String {
        let person = people[version.customer]
        let isInferred = version.customer != guestID && person?.isInferred ?? true
        let fields: [String] = [
            version.customer, version.country, version.country, version.begins, version.ends,
            version.ends == endOfTime ? "t" : "f", isInferred ? "t" : "f", person?.name ?? "-", person?.namedAt ?? "-",
        ]
        return fields.joined(separator: "|")
    }

    private func text(_ stockCode: String, _ product: Product) -> String {
        let fields: [String] = [
            stockCode, product.description ?? "-", product.describedAt ?? "-", product.isNote ? "t" : "f",
            product.price.map { moneyText($0) } ?? "-", product.pricedAt ?? "-", product.lastSoldAt ?? "-",
            product.isInferred ? "t" : "f",
        ]
        return fields.joined(separator: "|")
    }
}
