import RDPostgres

/// What must be true of the tables whatever was loaded.
enum WarehouseInvariants {
    /// The invariants that do not hold, by name, with the number of rows that break them.
    static func broken(_ connection: Connection) throws -> [String] {
        let union = checks.map { "SELECT '\($0.name)' AS name, count(*) AS rows FROM (\($0.sql)) AS broken" }
        let result = try connection.execute(
            "SELECT name, rows FROM (\(union.joined(separator: " UNION ALL "))) AS checks WHERE rows > 0")
        return (0..<result.rowCount).map { "\(result[$0, 0] ?? ""): \(result[$0, 1] ?? "") rows" }
    }

    private static let checks: [(name: String, sql: String)] =
        [
            (
                "versions of a customer overlap",
                """
                SELECT FROM retail_dw.dim_customers AS a JOIN retail_dw.dim_customers AS b USING (customer_id)
                WHERE a.customer_key < b.customer_key
                  AND a.effective_date < b.expiry_date AND b.effective_date < a.expiry_date
                """
            ),
            (
                "a customer has not one current version",
                "SELECT FROM retail_dw.dim_customers GROUP BY customer_id HAVING count(*) FILTER (WHERE is_current) <> 1"
            ),
            (
                "a fact is outside of its customer version",
                """
                SELECT FROM retail_dw.fact_sales AS f LEFT JOIN retail_dw.dim_customers AS c USING (customer_key)
                WHERE (transaction_datetime >= effective_date AND transaction_datetime < expiry_date) IS NOT true
                """
            ),
            (
                "a fact has no product, country or day",
                """
                SELECT FROM retail_dw.fact_sales AS f LEFT JOIN retail_dw.dim_products AS p USING (product_key)
                LEFT JOIN retail_dw.dim_country AS d ON d.country_key = f.country_key
                LEFT JOIN retail_dw.dim_date AS t USING (date_key)
                WHERE p.product_key IS NULL OR d.country_key IS NULL OR t.date_key IS NULL
                   OR t.full_date <> transaction_datetime::date
                """
            ),
            (
                "a row has a version that was never made",
                """
                SELECT FROM (SELECT version_id FROM retail_dw.fact_sales UNION SELECT source_version_id FROM retail_dw.fact_sales
                    UNION SELECT version_id FROM retail_dw.dim_customers UNION SELECT version_id FROM retail_dw.dim_products
                    UNION SELECT version_id FROM retail_dw.dim_country) AS used
                LEFT JOIN retail_dw.data_versions AS v USING (version_id) WHERE v.version_id IS NULL
                """
            ),
            (
                "versions do not count 1, 2, 3 or their money does not join",
                """
                SELECT FROM (
                    SELECT version_number - row_number() OVER w AS gap,
                           money_before - coalesce(lag(money_after) OVER w, 0) AS jump
                    FROM retail_dw.data_versions WINDOW w AS (ORDER BY version_id)
                ) AS steps WHERE gap <> 0 OR jump <> 0
                """
            ),
            (
                "the latest version has other money than the facts",
                """
                SELECT FROM (SELECT money_after FROM retail_dw.data_versions ORDER BY version_id DESC LIMIT 1) AS v,
                     (SELECT coalesce(sum(net_amount), 0) AS money FROM retail_dw.fact_sales) AS f WHERE money_after <> money
                """
            ),
        ] + ["fact_sales", "dim_customers", "dim_products", "dim_country"].map(archive)
        + [
            ("dim_customers", "customer_key", "customer_id"), ("dim_products", "product_key", "stock_code"),
            ("dim_country", "country_key", "country_name"),
        ].map(owners)

    private static func owners(_ table: String, _ key: String, _ name: String) -> (name: String, sql: String) {
        (
            "a key of \(table) was given twice",
            """
            SELECT FROM (SELECT \(key), \(name) FROM retail_dw.\(table)
                UNION SELECT \(key), \(name) FROM retail_dw.\(table)_archive) AS given GROUP BY \(key) HAVING count(*) > 1
            """
        )
    }

    private static func archive(_ table: String) -> (name: String, sql: String) {
        (
            "\(table)_archive has a row that never lived, or ends with no version",
            """
            SELECT FROM retail_dw.\(table)_archive AS a LEFT JOIN retail_dw.data_versions AS v ON v.version_id = to_version_id
            WHERE a.version_id >= to_version_id OR v.version_id IS NULL
            """
        )
    }
}
