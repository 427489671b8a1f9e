public import RDPostgres

/// What a warehouse holds at the moment.
public struct WarehouseStatus: Equatable, Sendable {
    /// A table of `retail_dw`; a partitioned one with all its partitions.
    public struct Table: Equatable, Sendable {
        /// Its name, without schema.
        public let name: String
        /// Its rows, counted.
        public let rows: Int
        /// Bytes on disk with indexes.
        public let bytes: Int
        /// Its partitions; 0 for a plain table.
        public let partitions: Int
    }

    /// The newest row of `data_versions`.
    public struct Version: Equatable, Sendable {
        /// The number that people use.
        public let number: Int
        /// `committed`, ...
        public let status: String
        /// Fact rows that it brought.
        public let records: Int
        /// When, in ISO 8601 UTC.
        public let createdAt: String
    }

    /// The tables, by name; none where there is no schema.
    public let tables: [Table]
    /// The newest version; nil where nothing was loaded yet.
    public let version: Version?

    /// Reads the status, in one snapshot. Rows are counted, which takes a second for some twenty million.
    public init(of connection: Connection) throws {
        (tables, version) = try connection.transaction {
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return (try Self.readTables(connection), try Self.readVersion(connection))
        }
    }

    private static func readTables(_ connection: Connection) throws -> [Table] {
        let found = try connection.execute(
            """
            SELECT c.relname, pg_total_relation_size(c.oid)
                       + coalesce((SELECT sum(pg_total_relation_size(relid)) FROM pg_partition_tree(c.oid) WHERE level > 0), 0),
                   (SELECT count(*) FROM pg_partition_tree(c.oid) WHERE level > 0)
            FROM pg_class AS c
            WHERE c.relnamespace = to_regnamespace('retail_dw') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            ORDER BY c.relname COLLATE "C"
            """)
        return try (0..<found.rowCount).map { row in
            let name = found[row, 0] ?? ""
            let rows = try connection.value("SELECT count(*) FROM retail_dw.\(connection.quoteIdentifier(name))")
            return Table(
                name: name, rows: number(rows), bytes: number(found[row, 1]), partitions: number(found[row, 2]))
        }
    }

    private static func readVersion(_ connection: Connection) throws -> Version? {
        guard try connection.value("SELECT to_regclass('retail_dw.data_versions')") != nil else { return nil }
        let newest = try connection.execute(
            """
            SELECT version_number, status, records_count,
                   to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            FROM retail_dw.data_versions ORDER BY version_number DESC LIMIT 1
            """)
        guard newest.rowCount == 1 else { return nil }
        return Version(
            number: number(newest[0, 0]), status: newest[0, 1] ?? "", records: number(newest[0, 2]),
            createdAt: newest[0, 3] ?? "")
    }

    private static func number(_ text: String?) -> Int { text.flatMap { Int($0) } ?? 0 }
}
