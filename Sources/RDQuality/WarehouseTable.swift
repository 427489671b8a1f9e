/// The tables that rules of the warehouse may name, with the columns that may be empty or wrong.
public enum WarehouseTable {
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

    /// The tables, the facts first.
    public static let names = tables.map(\.name)

    /// The columns of a table that rules may name; none for a table that is not of the list.
    public static func columns(_ table: String?) -> [String] { tables.first { $0.name == table }?.columns ?? [] }

    /// The columns that can part the rows of a table.
    public static func segments(_ table: String?) -> [String] {
        switch table {
        case "fact_sales": GateWatch.segmentColumns + ["transaction_type"]
        case "dim_customers": ["country", "customer_id"]
        case "dim_products": ["stock_code"]
        case "dim_country": ["country_name"]
        default: []
        }
    }

    /// The most parts of a table that are told apart; those with the fewest rows count as one.
    public static let mostSegments = ColumnWatch.mostSegments - 2

    /// The table that a check is about.
    public static func name(of check: Check) -> String { check == .intervals ? "dim_customers" : "fact_sales" }
}
