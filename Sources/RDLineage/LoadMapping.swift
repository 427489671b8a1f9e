/// What `rd-load` does to columns: it gives natural keys their surrogate keys and keeps the history of members. It is
/// the same for every run, so no stream carries it.
enum LoadMapping {
    static let stage = "load"

    /// Column made, columns it is made from, rule.
    private static let table: [(to: String, from: [String], rule: String)] = [
        ("dim_customers.customer_key", ["dim_customers.customer_id"], "surrogate key"),
        ("dim_products.product_key", ["dim_products.stock_code"], "surrogate key"),
        ("dim_country.country_key", ["dim_country.country_name"], "surrogate key"),
        (
            "fact_sales.customer_key", ["dim_customers.customer_key", "fact_sales.transaction_datetime"],
            "key of the customer's version at that time"
        ),
        ("fact_sales.product_key", ["dim_products.product_key"], "key of the product"),
        ("fact_sales.country_key", ["dim_country.country_key"], "key of the country"),
        ("dim_customers.country_key", ["dim_customers.country", "dim_country.country_key"], "key of the country"),
        ("dim_customers.effective_date", ["fact_sales.transaction_datetime", "dim_customers.country"], "since when"),
        ("dim_customers.expiry_date", ["fact_sales.transaction_datetime", "dim_customers.country"], "until when"),
        ("dim_customers.is_current", ["dim_customers.expiry_date"], "true of the last version"),
        ("dim_products.last_sold_at", ["fact_sales.transaction_datetime"], "the latest"),
        ("dim_products.described_at", ["fact_sales.transaction_datetime"], "time of the description"),
        ("dim_products.priced_at", ["fact_sales.transaction_datetime"], "time of the price"),
        ("dim_products.is_note", ["dim_products.description"], "true of a note about stock"),
    ]

    /// The edges whose source columns are among `columns`.
    static func edges(from columns: Set<LineageColumn>) -> [LineageEdge] {
        var known = columns
        var edges: [LineageEdge] = []
        for entry in table {
            for source in entry.from.map(column) where known.contains(source) {
                edges.append(LineageEdge(source, column(entry.to), stage: stage, rule: entry.rule))
                known.insert(column(entry.to))
            }
        }
        return edges
    }

    private static func column(_ text: String) -> LineageColumn {
        let parts = text.split(separator: ".")
        return LineageColumn(String(parts[0]), String(parts[1]))
    }
}
