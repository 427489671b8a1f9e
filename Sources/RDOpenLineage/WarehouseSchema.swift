/// The warehouse's tables that runs write, with their columns as PostgreSQL names their types; a test holds it against
/// the migrations.
public enum WarehouseSchema {
    /// A table.
    public struct Table: Sendable {
        /// Its name, without its schema.
        public let name: String
        /// Its columns, in their order.
        public let columns: [(name: String, type: String)]
    }

    /// The tables in which facts and members stand.
    public static let tables = [
        Table(
            name: "fact_sales",
            columns: [
                ("sales_key", "bigint"),
                ("transaction_datetime", "timestamp without time zone"),
                ("quantity", "bigint"),
                ("customer_key", "integer"),
                ("product_key", "integer"),
                ("date_key", "integer"),
                ("country_key", "integer"),
                ("version_id", "integer"),
                ("line_no", "integer"),
                ("source_line", "integer"),
                ("unit_price", "numeric(18,4)"),
                ("line_total", "numeric(20,4)"),
                ("net_amount", "numeric(20,4)"),
                ("transaction_type", "text"),
                ("invoice_no", "text"),
                ("source_version_id", "integer"),
            ]),
        Table(
            name: "dim_customers",
            columns: [
                ("customer_key", "integer"),
                ("country_key", "integer"),
                ("customer_id", "text"),
                ("customer_name", "text"),
                ("country", "text"),
                ("effective_date", "timestamp without time zone"),
                ("expiry_date", "timestamp without time zone"),
                ("is_current", "boolean"),
                ("version_id", "integer"),
                ("named_at", "timestamp without time zone"),
                ("is_inferred", "boolean"),
            ]),
        Table(
            name: "dim_products",
            columns: [
                ("product_key", "integer"),
                ("stock_code", "text"),
                ("description", "text"),
                ("unit_price", "numeric(18,4)"),
                ("last_sold_at", "timestamp without time zone"),
                ("version_id", "integer"),
                ("described_at", "timestamp without time zone"),
                ("is_note", "boolean"),
                ("priced_at", "timestamp without time zone"),
                ("is_inferred", "boolean"),
            ]),
        Table(
            name: "dim_country",
            columns: [
                ("country_key", "integer"),
                ("country_name", "text"),
                ("version_id", "integer"),
            ]),
    ]
}
