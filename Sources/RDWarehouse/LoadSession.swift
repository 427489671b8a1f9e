import RDBytes
import RDPostgres

/// The transaction of one load: everything it does to the warehouse, or nothing.
final class LoadSession {
    let connection: Connection
    let version: Int32
    let number: Int
    let moneyBefore: String
    let existingMonths: Set<Int>
    let firstKey: Int64
    private let transaction: WarehouseTransaction

    /// Begins the transaction and takes the warehouse's lock, for which it waits up to `wait` seconds.
    init(_ connection: Connection, wait: Int) throws {
        self.connection = connection
        transaction = try WarehouseTransaction(connection, wait: wait)
        version = Int32(
            truncatingIfNeeded: try Self.number(
                connection, "SELECT nextval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'))"))
        number = try Self.number(connection, "SELECT coalesce(max(version_number), 0) + 1 FROM retail_dw.data_versions")
        moneyBefore =
            try connection.value(
                "SELECT money_after::text FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1")
            ?? "0.0000"
        existingMonths = try Self.months(connection)
        firstKey = Int64(
            try Self.number(
                connection,
                "SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM retail_dw.fact_sales_sales_key_seq"
            ))
    }

    private static func number(_ connection: Connection, _ sql: String) throws(PostgresError) -> Int {
        Int(try connection.value(sql) ?? "") ?? 0
    }

    /// The months that are partitions, as yyyymm.
    private static func months(_ connection: Connection) throws(PostgresError) -> Set<Int> {
        let rows = try connection.execute(
            """
            SELECT replace(substr(c.relname, length('fact_sales_') + 1), '_', '')
            FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'retail_dw.fact_sales'::regclass
            """)
        return Set((0..<rows.rowCount).compactMap { Int(rows[$0, 0] ?? "") })
    }

    /// The number of the version that loaded a source with this hash; nil where none did that is in effect. One that
    /// need not have all of the source does not count.
    func versionThatLoaded(_ hash: String) throws -> Int? {
        let found = try connection.value(
            """
            SELECT version_number FROM retail_dw.data_versions
            WHERE source_sha256 = $1 AND status = 'committed' AND kind = 'load' AND NOT is_partial AND NOT is_retry
              AND NOT is_opaque
            ORDER BY version_number DESC LIMIT 1
            """, [hash])
        return found.flatMap { Int($0) }
    }

    /// True where a version was made by this run: a stream that was kept may be loaded again, as a run of its own.
    func isTaken(_ run: String) throws -> Bool {
        try connection.value("SELECT EXISTS (SELECT FROM retail_dw.data_versions WHERE run = $1::uuid)", [run]) == "t"
    }

    /// The first moment that retention kept, in seconds since 1970; nil where it dropped nothing.
    func keptFrom() throws -> Int64? {
        try connection.value("SELECT extract(epoch FROM max(kept_from))::bigint FROM retail_dw.retention").flatMap {
            Int64($0)
        }
    }

    /// Waits for those who plan a query; for a load that has new months and new rows of old ones.
    func awaitPlanners() throws { try transaction.awaitPlanners() }

    /// Commits; asks the server whether it happened where the connection is lost on the way.
    func commit(reconnect: () throws -> Connection) throws { try transaction.commit(reconnect: reconnect) }

    /// Takes everything back.
    func rollback() { transaction.rollback() }
}
