import RDBytes
import RDQuality

/// A rule of the warehouse as SQL. Values are parameters; names are those of the suite's own tables and columns, which
/// `rd-config` has checked.
struct TableRule {
    let rule: QualityRule
    let table: String

    /// A rule without a table, or with one that no rule can be about, is exit 78.
    init(_ rule: QualityRule) throws(RDError) {
        guard let table = rule.table, WarehouseTable.names.contains(table),
            rule.columns.allSatisfy({ WarehouseTable.columns(table).contains($0) }),
            rule.segment.map({ WarehouseTable.segments(table).contains($0) }) ?? true
        else {
            throw RDError(.configuration, "the rule \(rule.name) is not about a table of the warehouse")
        }
        self.rule = rule
        self.table = table
    }

    private static let texts: Set = [
        "invoice_no", "transaction_type", "customer_id", "customer_name", "country", "stock_code", "description",
        "country_name",
    ]

    /// What the values in SQL stand for, `$1` first.
    var parameters: [String?] {
        guard rule.dimension == .validity else { return [] }
        let condition = rule.condition
        return [
            condition.patternText.map { "^(?:\($0))$" }, condition.least.map { Decimal4.text(Int128($0)) },
            condition.greatest.map { Decimal4.text(Int128($0)) },
            condition.known.map { "{" + $0.map(Self.element).joined(separator: ",") + "}" },
        ]
    }

    /// An element of an array, quoted.
    private static func element(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    /// Gives two numbers: all cells or rows, and the bad ones; of each part of the rows with its name where the rule
    /// parts them.
    var count: String {
        if let part { return count(by: part) }
        switch rule.dimension {
        case .completeness:
            let cells = columns.map { "count(*) FILTER (WHERE \(Self.empty($0)))" }.joined(separator: " + ")
            return "SELECT count(*) * \(columns.count), \(cells) FROM retail_dw.\(table) AS t"
        case .validity:
            return "SELECT count(t.\(columns[0])), count(*) FILTER (WHERE \(isBad)) FROM retail_dw.\(table) AS t"
        case .uniqueness:
            let key = columns.joined(separator: ", ")
            return """
                SELECT coalesce(sum(c), 0), coalesce(sum(c - 1), 0)
                FROM (SELECT count(*) AS c FROM retail_dw.\(table) GROUP BY \(key)) AS k
                """
        case .accuracy, .consistency:
            return "SELECT count(*), count(*) FILTER (WHERE \(isBad)) FROM \(source) AS t"
        }
    }

    /// Gives the bad rows of the table, each as JSON, with the version that wrote it, and for a fact the line and the
    /// version of its source.
    var rows: String {
        let isFact = table == "fact_sales"
        return """
            SELECT (to_jsonb(t) - '{ended,is_last,repeats}'::text[])::text, v.version_number, v.run, v.source_uri,
                   v.source_sha256, \(isFact ? "t.source_line" : "NULL"), \(part?.name ?? "NULL")
            FROM \(source) AS t\(part?.join ?? "")
            LEFT JOIN retail_dw.data_versions AS v ON v.version_id = t.\(isFact ? "source_version_id" : "version_id")
            WHERE \(isBad)
            """
    }

    var columns: [String] { rule.columns.isEmpty ? WarehouseTable.columns(table) : rule.columns }

    /// The table, with what `isBad` asks for besides its own columns.
    var source: String {
        switch (rule.dimension, rule.check) {
        case (.uniqueness, _):
            // Which of several rows is the first matters only to what part the others are in.
            let order = rule.segment == nil ? "" : " ORDER BY version_id"
            return """
                (SELECT *, row_number() OVER (PARTITION BY \(columns.joined(separator: ", "))\(order)) AS repeats
                 FROM retail_dw.\(table))
                """
        case (_, .intervals):
            return """
                (SELECT *, lag(expiry_date) OVER times AS ended, lead(effective_date) OVER times IS NULL AS is_last
                 FROM retail_dw.dim_customers
                 WINDOW times AS (PARTITION BY customer_id ORDER BY effective_date))
                """
        default: return "retail_dw.\(table)"
        }
    }

    /// True of a row that is bad.
    var isBad: String {
        switch rule.dimension {
        case .completeness: return columns.map(Self.empty).joined(separator: " OR ")
        case .validity:
            let column = "t.\(columns[0])"
            let isText = Self.texts.contains(columns[0])
            let tests =
                isText
                ? ["\(column) !~ $1", "\(column) <> ALL ($4::text[])"]
                : ["\(column) < $2::numeric", "\(column) > $3::numeric"]
            // All four must be mentioned, or the server cannot tell their types.
            return "coalesce(\(tests[0]), false) OR coalesce(\(tests[1]), false)"
                + " OR ($1::text, $2::numeric, $3::numeric, $4::text[]) IS NULL AND false"
        case .uniqueness: return "t.repeats > 1"
        case .accuracy, .consistency: return Self.isAgainst(rule.check)
        }
    }

    static func empty(_ column: String) -> String {
        texts.contains(column) ? "coalesce(t.\(column), '') = ''" : "t.\(column) IS NULL"
    }

    private static func isAgainst(_ check: Check?) -> String {
        switch check {
        case .positive: "t.quantity <= 0 OR t.unit_price <= 0"
        case .lineTotal:
            "t.line_total IS DISTINCT FROM t.quantity * t.unit_price OR abs(t.net_amount) IS DISTINCT FROM t.line_total"
        case .dimensions:
            [
                ("dim_customers", "customer_key"), ("dim_products", "product_key"), ("dim_date", "date_key"),
                ("dim_country", "country_key"),
            ].map { "NOT EXISTS (SELECT FROM retail_dw.\($0.0) AS d WHERE d.\($0.1) = t.\($0.1))" }
                .joined(separator: " OR ")
        case .intervals: "t.ended <> t.effective_date OR t.is_current <> t.is_last"
        case .wellFormed, .oneCountry, nil: "false"
        }
    }
}
