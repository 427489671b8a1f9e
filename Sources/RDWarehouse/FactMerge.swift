import RDBytes
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

/// Brings staged facts into the months that were there, as a set and by the natural key: new ones are inserted, changed
/// ones updated (and what they were kept in the archive), the rest left alone.
struct FactMerge {
    let session: LoadSession
    /// Rows in the staging table, and the first and last of their days, as yyyymmdd.
    let staged: Int
    let days: (first: Int32, last: Int32)

    /// What the merge did.
    struct Outcome {
        var counts = FactCounts()
        /// By how much the warehouse's net money changed.
        var money: Int128 = 0
        /// Customers that lost a fact, or one of whose facts is of another country than before.
        var restless: [String] = []
    }

    private var connection: Connection { session.connection }

    func run() throws -> Outcome {
        try connection.script("ANALYZE fact_news")
        try session.refuseTwins(in: "fact_news")
        try connection.execute(Self.findChanges(days))
        try matchLines()
        let rows = try connection.execute(
            """
            SELECT count(*) FILTER (WHERE held_key IS NULL), count(*) FILTER (WHERE held_key IS NOT NULL),
                   coalesce(sum(net_amount - coalesce(held_net, 0)), 0)::numeric(24, 4)::text
            FROM fact_changes
            """)
        var outcome = Outcome()
        outcome.counts.inserted = Int(rows[0, 0] ?? "") ?? 0
        outcome.counts.updated = Int(rows[0, 1] ?? "") ?? 0
        outcome.counts.unchanged = staged - outcome.counts.inserted - outcome.counts.updated
        outcome.money = Decimal4.sum(rows[0, 2] ?? "") ?? 0
        guard outcome.counts.inserted + outcome.counts.updated > 0 else { return outcome }
        try connection.script("ANALYZE fact_changes")
        if outcome.counts.updated > 0 {
            outcome.restless = try findRestless()
            try connection.execute(Self.archiveChanged, [String(session.version)])
            try connection.execute(Self.update)
        }
        if outcome.counts.inserted > 0 { try connection.execute(Self.insert) }
        return outcome
    }

    /// What is neither there nor as it is there. A fact of the same customer may have got a provisional version of it
    /// that is made anew later, so that customers are compared by their id.
    private static func findChanges(_ days: (first: Int32, last: Int32)) -> String {
        """
        CREATE TEMP TABLE fact_changes ON COMMIT DROP AS
        SELECT n.*, f.sales_key AS held_key, f.net_amount AS held_net, f.customer_key AS held_customer_key,
               f.country_key AS held_country_key
        FROM fact_news AS n LEFT JOIN retail_dw.fact_sales AS f
            ON f.invoice_no = n.invoice_no AND f.product_key = n.product_key AND f.line_no = n.line_no
            AND f.transaction_datetime = n.transaction_datetime
            AND f.transaction_datetime >= date '\(FactMonths.day(days.first))'
            AND f.transaction_datetime < date '\(FactMonths.day(days.last))' + interval '1 day'
        WHERE f.sales_key IS NULL
           OR (f.quantity, f.country_key, f.unit_price, f.line_total, f.net_amount, f.transaction_type)
               IS DISTINCT FROM (n.quantity, n.country_key, n.unit_price, n.line_total, n.net_amount, n.transaction_type)
           OR f.customer_key <> n.customer_key AND retail_dw.customer_id(f.customer_key) <> retail_dw.customer_id(n.customer_key)
        """
    }

    /// Where an invoice has several lines of a product at one moment, their numbers depend on the order of the source:
    /// lines that are the same are matched up whatever their number, and only the rest is new or changed.
    private func matchLines() throws {
        let isNeeded = try connection.value(
            """
            SELECT EXISTS (SELECT FROM fact_changes)
               AND (EXISTS (SELECT FROM fact_changes WHERE line_no > 1)
                    OR EXISTS (SELECT FROM retail_dw.fact_sales AS f WHERE f.line_no > 1
                        AND f.transaction_datetime >= (SELECT min(transaction_datetime) FROM fact_changes)
                        AND f.transaction_datetime <= (SELECT max(transaction_datetime) FROM fact_changes)))
            """)
        if isNeeded == "t" { try connection.execute("SELECT retail_dw.match_lines()") }
    }

    private func findRestless() throws -> [String] {
        let rows = try connection.execute(
            """
            SELECT DISTINCT h.customer_id
            FROM fact_changes AS n JOIN retail_dw.dim_customers AS h ON h.customer_key = n.held_customer_key
            JOIN retail_dw.dim_customers AS c ON c.customer_key = n.customer_key
            WHERE h.customer_id <> 'GUEST'
              AND (h.customer_id <> c.customer_id OR n.held_country_key <> n.country_key)
            """)
        return (0..<rows.rowCount).map { rows[$0, 0] ?? "" }
    }

    private static let archiveChanged = """
        INSERT INTO retail_dw.fact_sales_archive
        SELECT f.*, $1::integer FROM retail_dw.fact_sales AS f
        JOIN fact_changes AS n ON f.transaction_datetime = n.transaction_datetime AND f.sales_key = n.held_key
        """

    private static let update = """
        UPDATE retail_dw.fact_sales AS f
        SET quantity = n.quantity, customer_key = n.customer_key, country_key = n.country_key,
            version_id = n.version_id, source_version_id = n.source_version_id, source_line = n.source_line,
            unit_price = n.unit_price, line_total = n.line_total, net_amount = n.net_amount,
            transaction_type = n.transaction_type
        FROM fact_changes AS n
        WHERE f.transaction_datetime = n.transaction_datetime AND f.sales_key = n.held_key
        """

    private static let insert = """
        INSERT INTO retail_dw.fact_sales
        SELECT sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id,
               line_no, source_line, unit_price, line_total, net_amount, transaction_type, invoice_no, source_version_id
        FROM fact_changes WHERE held_key IS NULL
        """
}
