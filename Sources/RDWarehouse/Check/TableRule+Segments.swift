import RDQuality

/// A rule whose rows are parted by the values of a column.
extension TableRule {
    /// The name of the part that a row is in, and the tables that tell it.
    var part: (name: String, join: String)? {
        guard let column = rule.segment else { return nil }
        let found: (value: String, join: String) =
            switch (table, column) {
            case ("fact_sales", "country"): ("part.country_name", Self.join("dim_country", "country_key"))
            case ("fact_sales", "stock_code"): ("part.stock_code", Self.join("dim_products", "product_key"))
            case ("fact_sales", "customer_id"): ("part.customer_id", Self.join("dim_customers", "customer_key"))
            default: ("t.\(column)", "")
            }
        return ("coalesce(nullif(\(found.value), ''), '(none)')", found.join)
    }

    private static func join(_ table: String, _ key: String) -> String {
        " LEFT JOIN retail_dw.\(table) AS part ON part.\(key) = t.\(key)"
    }

    /// Gives the numbers of each part and its name, `(none)` first and then the largest; those after the most that are
    /// told apart together as `(others)`.
    func count(by part: (name: String, join: String)) -> String {
        """
        WITH parts AS (
            SELECT \(part.name) AS part, \(sums.all) AS n, \(sums.bad) AS bad
            FROM \(source) AS t\(part.join) GROUP BY 1
        ), ranked AS (
            SELECT *, count(*) FILTER (WHERE part <> '(none)')
                          OVER (ORDER BY part = '(none)' DESC, n DESC, part COLLATE "C") AS place
            FROM parts WHERE n > 0
        )
        SELECT sum(n), sum(bad), CASE WHEN place <= \(WarehouseTable.mostSegments) THEN part ELSE '(others)' END
        FROM ranked GROUP BY 3 ORDER BY min(place)
        """
    }

    /// All cells or rows and the bad ones as aggregates over `t`.
    private var sums: (all: String, bad: String) {
        let bad = "count(*) FILTER (WHERE \(isBad))"
        switch rule.dimension {
        case .completeness:
            let cells = columns.map { "count(*) FILTER (WHERE \(Self.empty($0)))" }.joined(separator: " + ")
            return ("count(*) * \(columns.count)", cells)
        case .validity: return ("count(t.\(columns[0]))", bad)
        case .uniqueness, .accuracy, .consistency: return ("count(*)", bad)
        }
    }
}
