import RDQuality

/// The tables that rules of the warehouse may name, with the columns that may be empty or wrong.
enum WarehouseTable {
    private static let tables: [(name: String, columns: [String])] = [
        (
            "fact_sales",
            [
                "customer_key", "product_key", "date_key", "country_key", "invoice_no", "line_no", "quantity",
                "unit_price", "line_total", "net_amount", "transaction_type", "transaction_datetime",
            ]
        ),
        ("dim_customers", ["customer_id", "customer_name", "country", "effective_date", "expiry_date"]),
        ("dim_products", ["stock_code", "description", "unit_price"]),
        ("dim_country", ["country_name"]),
    ]

    static let names = tables.map(\.name)

    static func columns(_ table: String?) -> [String] { tables.first { $0.name == table }?.columns ?? [] }

    /// The table that a check is about.
    static func name(of check: Check) -> String { check == .intervals ? "dim_customers" : "fact_sales" }
}
