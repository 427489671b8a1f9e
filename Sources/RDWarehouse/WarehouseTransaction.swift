import RDBytes
import RDPostgres

/// A transaction that changes the warehouse: it holds the warehouse's lock, so that there is one at a time, and knows
/// after a lost connection whether it was committed.
final class WarehouseTransaction {
    let connection: Connection
    private let number: String
    private var isOpen = true

    /// Begins the transaction and takes the warehouse's lock. Another change that holds it is exit 75. Where this throws,
    /// the connection is of no more use: closing it takes back what was begun.
    /// - Parameter wait: seconds to wait for the lock; less than `patience` are as many as that.
    init(_ connection: Connection, wait: Int) throws {
        self.connection = connection
        try connection.script("BEGIN")
        try Self.tune(connection)
        try Self.lock(connection, wait: wait)
        number = try connection.value("SELECT txid_current()::text") ?? ""
    }

    /// Settings that make the work of the suite the same everywhere; for the open transaction.
    static func tune(_ connection: Connection) throws(PostgresError) {
        try connection.script(
            """
            SET LOCAL search_path = pg_catalog; SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO';
            SET LOCAL maintenance_work_mem = '64MB'; SET LOCAL work_mem = '64MB'; SET LOCAL jit = off
            """)
        if connection.serverVersion >= 140_000 {
            try connection.script("SET LOCAL client_connection_check_interval = '1s'")
        }
    }

    /// Seconds that everybody waits for the lock, whatever they are told: the server process of a client that was killed
    /// keeps it until it looks whether the client is still there, which it does each second, and has taken back what was
    /// begun. The next run must not fail for that.
    static let patience = 3

    /// One change at a time: keys are given out in memory.
    private static func lock(_ connection: Connection, wait: Int) throws {
        let key = "hashtext('retail_dw.load')"
        if try connection.value("SELECT pg_try_advisory_xact_lock(\(key))") == "t" { return }
        let busy = RDError(
            .temporary, "another load, rollback or restore holds the warehouse's lock",
            remedy: "run again later, or wait for it with --wait SECONDS")
        try connection.script("SET LOCAL lock_timeout = '\(max(wait, patience))s'")
        do {
            try connection.execute("SELECT pg_advisory_xact_lock(\(key))")
        } catch {
            if error.sqlstate == "55P03" { throw busy }
            throw error
        }
        try connection.script("SET LOCAL lock_timeout = 0")
    }

    /// A query that is planned just before a commit and run just after it would see the new rows of old months and not
    /// the months that are new. So for a change that has both, whoever plans a query is waited for in the last moment
    /// before the commit; a reader who takes longer than a second began before, and sees the old state.
    func awaitPlanners() throws {
        try connection.script("SET LOCAL lock_timeout = '300ms'")
        for _ in 0..<3 {
            try connection.script("SAVEPOINT planners")
            do throws(PostgresError) {
                try connection.script("LOCK TABLE retail_dw.fact_sales IN ACCESS EXCLUSIVE MODE")
                break
            } catch {
                guard error.sqlstate == "55P03" else { throw error }
                try connection.script("ROLLBACK TO planners")
            }
        }
        try connection.script("SET LOCAL lock_timeout = 0")
    }

    /// The partitions of the fact table.
    func partitions() throws -> Set<String> {
        let rows = try connection.execute(
            "SELECT inhrelid FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass")
        return Set((0..<rows.rowCount).compactMap { rows[$0, 0] })
    }

    /// Commits. Where the connection is lost on the way, asks the server on a new one whether it happened.
    func commit(reconnect: () throws -> Connection) throws {
        isOpen = false
        do {
            try connection.commit()
        } catch {
            guard error.isConnectionLost else { throw error }
            try CommitOutcome(of: number, reconnect: reconnect).check()
        }
    }

    /// Takes everything back.
    func rollback() {
        if isOpen { _ = try? connection.script("ROLLBACK") }
        isOpen = false
    }
}
