public import RDBytes
public import RDPostgres

/// Brings a database to what the files of `sql/migrations` say.
public struct MigrationRunner: Sendable {
    /// The files, in order.
    public let files: [Migration]

    /// One number for all who migrate; the letters of `retail_d` as bytes.
    private static let lockKey = 0x7265_7461_696C_5F64

    /// Not `to_regclass`: that may answer from what the session remembers of before it waited for another migration.
    private static let findTable = """
        SELECT 1 FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = 'retail_dw' AND c.relname = 'schema_migrations'
        """

    /// A runner of these files.
    public init(_ files: [Migration]) { self.files = files }

    /// A runner of the files in `share`/sql/migrations.
    public init(share: String) throws(RDError) { files = try readMigrations(folder: share + "/sql/migrations") }

    /// How the database stands; reads only.
    /// - Throws: a `PostgresError`, or exit 78 where database and files contradict each other.
    public func state(of connection: Connection) throws -> MigrationState {
        guard try connection.value(Self.findTable) != nil else {
            return try MigrationState(applied: [], files: files)
        }
        let rows = try connection.execute(
            "SELECT number, name, sha256 FROM retail_dw.schema_migrations ORDER BY number")
        let applied = (0..<rows.rowCount).map { row in
            MigrationState.Applied(
                number: rows[row, 0].flatMap { Int($0) } ?? 0, name: rows[row, 1] ?? "", sha256: rows[row, 2] ?? "")
        }
        return try MigrationState(applied: applied, files: files)
    }

    /// Applies what is pending, all of it in one transaction or nothing. Any number of processes may call it at once.
    /// - Parameter droppingSchema: first drops the schema `retail_dw` and all it holds, in the same transaction.
    /// - Returns: what was applied, in order; empty where the database was up to date.
    @discardableResult
    public func apply(to connection: Connection, droppingSchema: Bool = false) throws -> [Migration] {
        // Most calls find nothing to do, and need no lock to see it.
        if try !droppingSchema && state(of: connection).pending.isEmpty { return [] }
        return try connection.transaction {
            try connection.execute("SELECT pg_advisory_xact_lock(\(Self.lockKey))")
            if droppingSchema { try drop(connection) }
            let pending = try state(of: connection).pending
            for migration in pending { try apply(migration, to: connection) }
            return pending
        }
    }

    private func drop(_ connection: Connection) throws(PostgresError) {
        // A load at work holds locks on the tables: say so soon, rather than wait for its end.
        try connection.execute("SET LOCAL lock_timeout = '10s'")
        try connection.execute("DROP SCHEMA IF EXISTS retail_dw CASCADE")
    }

    private func apply(_ migration: Migration, to connection: Connection) throws {
        do throws(PostgresError) {
            try connection.script(migration.sql)
            try connection.execute(
                "INSERT INTO retail_dw.schema_migrations (number, name, sha256) VALUES ($1, $2, $3)",
                [String(migration.number), migration.name, migration.sha256])
        } catch {
            throw RDError(error.exitCode, "migration \(migration.name): \(error.message)", remedy: error.remedy)
        }
    }
}
