public import RDBytes
public import RDPostgres

/// Everything that the warehouse says of one version.
public struct VersionDetails: Sendable {
    /// A job run that made a version.
    public struct Run: Sendable {
        /// `success`.
        public let status: String
        /// Records that came into its first stage.
        public let records: Int
        /// Seconds, as an exact decimal.
        public let duration: String
        /// Rows, rejects and money of each stage.
        public let ledger: JSONValue
        /// What is worth saying about it.
        public let detail: String?
    }

    /// What a dimension held after the version.
    public struct Dimension: Equatable, Sendable {
        /// `customers`, `products` or `countries`.
        public let name: String
        /// Rows; of the customers, versions of them.
        public let rows: Int
        /// Members, by natural key.
        public let members: Int
    }

    /// What a month of facts held after the version.
    public struct Month: Equatable, Sendable {
        /// The month, as `2010-12`.
        public let month: String
        /// Facts.
        public let facts: Int
        /// The sum of their net amounts, as an exact decimal.
        public let netAmount: String
    }

    /// The version.
    public let version: DataVersion
    /// The run; nil where it is not known here.
    public let run: Run?
    /// What the dimensions held; nothing where its history is gone.
    public let dimensions: [Dimension]
    /// What the months held; nothing where its history is gone.
    public let months: [Month]
    /// What it changed; nil where its history or that of the version before is gone.
    public let diff: VersionDiff?

    /// Reads it, in one snapshot. A version that is not there is exit 65.
    public init(_ reference: VersionReference, _ connection: Connection) throws {
        self = try connection.transaction {
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return try VersionDetails(of: reference.resolve(connection), connection)
        }
    }

    private init(of version: DataVersion, _ connection: Connection) throws {
        self.version = version
        run = try Self.run(of: version, connection)
        dimensions = version.isKept ? try Self.dimensions(of: version, connection) : []
        months = version.isKept ? try Self.months(of: version, connection) : []
        let before = version.number - 1
        let isKnown = try version.isKept && (before == 0 || DataVersion.find(before, connection).isKept)
        diff = isKnown ? try VersionDiff(before, version.number, connection) : nil
    }

    private static func run(of version: DataVersion, _ connection: Connection) throws -> Run? {
        let rows = try connection.execute(
            """
            SELECT status, records_processed, duration, ledger, detail FROM retail_dw.etl_job_runs
            WHERE version_id = $1::integer ORDER BY job_id LIMIT 1
            """, [String(version.identifier)])
        guard rows.rowCount > 0 else { return nil }
        let ledger = try Array((rows[0, 3] ?? "[]").utf8).withUnsafeBytes { try JSONValue(parsing: $0.bytes) }
        return Run(
            status: rows[0, 0] ?? "", records: rows.count(0, 1), duration: rows[0, 2] ?? "0.000", ledger: ledger,
            detail: rows[0, 4])
    }

    private static func dimensions(of version: DataVersion, _ connection: Connection) throws -> [Dimension] {
        let rows = try connection.execute(
            """
            SELECT 'customers', count(*), count(DISTINCT customer_id) FROM retail_dw.dim_customers_as_of($1::integer)
            UNION ALL SELECT 'products', count(*), count(*) FROM retail_dw.dim_products_as_of($1::integer)
            UNION ALL SELECT 'countries', count(*), count(*) FROM retail_dw.dim_country_as_of($1::integer)
            """, [String(version.number)])
        return (0..<rows.rowCount).map { row in
            Dimension(name: rows[row, 0] ?? "", rows: rows.count(row, 1), members: rows.count(row, 2))
        }
    }

    private static func months(of version: DataVersion, _ connection: Connection) throws -> [Month] {
        let rows = try connection.execute(
            """
            SELECT to_char(date_trunc('month', transaction_datetime), 'YYYY-MM'), count(*), sum(net_amount)
            FROM retail_dw.fact_sales_as_of($1::integer) GROUP BY 1 ORDER BY 1
            """, [String(version.number)])
        return (0..<rows.rowCount).map { row in
            Month(month: rows[row, 0] ?? "", facts: rows.count(row, 1), netAmount: rows[row, 2] ?? "0.0000")
        }
    }

    /// One object.
    public var json: JSONValue {
        var value = version.json
        value["job_run"] =
            run.map { run in
                [
                    "status": .string(run.status), "records": .integer(run.records), "seconds": .number(run.duration),
                    "detail": .optional(run.detail), "ledger": run.ledger,
                ]
            } ?? .null
        value["dimensions"] = .object(
            dimensions.map { .init($0.name, ["rows": .integer($0.rows), "members": .integer($0.members)]) })
        value["months"] = .array(
            months.map {
                ["month": .string($0.month), "facts": .integer($0.facts), "net_amount": .string($0.netAmount)]
            })
        value["changes"] = diff.map(\.total) ?? .null
        return value
    }
}
