import RDBytes
import RDPostgres
import RDRecord

/// What a load was told.
public struct LoadOptions: Sendable {
    /// Facts of a month that are gathered for one COPY.
    public var batchSize = 5_000
    /// Seconds to wait for another load to end.
    public var wait = 0
    /// Load a source that was loaded before.
    public var isForced = false
    /// Load a stream that has no end.
    public var isPartial = false
    /// How many facts there must be; nil for any number.
    public var expectedRows: Int?

    /// The defaults.
    public init() {}
}

/// The transaction of one load: everything it does to the warehouse, or nothing.
final class LoadSession {
    let connection: Connection
    let version: Int32
    let number: Int
    let moneyBefore: String
    let existingMonths: Set<Int>
    let firstKey: Int64
    private let transaction: String
    private(set) var isOpen = true

    /// Begins the transaction and takes the warehouse's lock. Another load that holds it is exit 75. Where this throws,
    /// the connection is of no more use: closing it takes back what was begun.
    init(_ connection: Connection, wait: Int) throws {
        self.connection = connection
        try connection.script("BEGIN")
        try Self.tune(connection)
        try Self.lock(connection, wait: wait)
        transaction = try connection.value("SELECT txid_current()::text") ?? ""
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

    private static func tune(_ connection: Connection) throws(PostgresError) {
        try connection.script(
            "SET LOCAL search_path = pg_catalog; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO'")
        // Index builds of a month are short: let a second core help with them too.
        try connection.script(
            "SET LOCAL maintenance_work_mem = '64MB'; SET LOCAL jit = off")
        if connection.serverVersion >= 140_000 {
            try connection.script("SET LOCAL client_connection_check_interval = '1s'")
        }
    }

    /// One load at a time: dimension keys are given out in memory.
    private static func lock(_ connection: Connection, wait: Int) throws {
        let key = "hashtext('retail_dw.load')"
        if try connection.value("SELECT pg_try_advisory_xact_lock(\(key))") == "t" { return }
        let busy = RDError(
            .temporary, "another load holds the warehouse's lock",
            remedy: "run again later, or wait for it with --wait SECONDS")
        guard wait > 0 else { throw busy }
        try connection.script("SET LOCAL lock_timeout = '\(wait)s'")
        do {
            try connection.execute("SELECT pg_advisory_xact_lock(\(key))")
        } catch {
            if error.sqlstate == "55P03" { throw busy }
            throw error
        }
        try connection.script("SET LOCAL lock_timeout = 0")
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

    /// The number of the version that loaded a source with this hash; nil where none did.
    func versionThatLoaded(_ hash: String) throws -> Int? {
        let found = try connection.value(
            """
            SELECT version_number FROM retail_dw.data_versions
            WHERE source_sha256 = $1 AND status = 'committed' AND NOT is_partial ORDER BY version_number DESC LIMIT 1
            """, [hash])
        return found.flatMap { Int($0) }
    }

    /// Commits. Where the connection is lost on the way, asks the server on a new one whether it happened.
    func commit(reconnect: () throws -> Connection) throws {
        isOpen = false
        do {
            try connection.commit()
        } catch {
            guard error.isConnectionLost else { throw error }
            guard let again = try? reconnect(),
                try again.value("SELECT txid_status($1::bigint)", [transaction]) == "committed"
            else {
                throw RDError(
                    .temporary, "the connection was lost while the load was committed, and it was not",
                    remedy: "nothing was loaded; run again")
            }
        }
    }

    /// Takes everything back.
    func rollback() {
        if isOpen { _ = try? connection.script("ROLLBACK") }
        isOpen = false
    }
}
