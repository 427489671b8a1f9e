import RDBytes
import RDPostgres
import RDProcess

/// The writing of one snapshot, inside its transaction.
struct SnapshotWriting {
    private let version: DataVersion
    private let folder: ArchiveFolder
    private let createdAt: String
    private let connection: Connection
    private let queries: [ArchiveQuery]

    init(_ version: DataVersion, _ folder: ArchiveFolder, _ createdAt: String, _ connection: Connection) throws {
        self.version = version
        self.folder = folder
        self.createdAt = createdAt
        self.connection = connection
        queries = try Self.queries(version.number, connection)
    }

    /// The queries of a version's files. Each has a total order.
    private static func queries(_ version: Int, _ connection: Connection) throws -> [ArchiveQuery] {
        func query(_ table: String, _ rows: String, _ order: String) -> ArchiveQuery {
            ArchiveQuery(table, table: table, sql: "SELECT * FROM retail_dw.\(rows)(\(version)) ORDER BY \(order)")
        }
        let months = try connection.execute(
            """
            SELECT DISTINCT to_char(date_trunc('month', transaction_datetime), 'YYYY-MM')
            FROM retail_dw.fact_sales_as_of($1::integer) ORDER BY 1
            """, [String(version)])
        let facts = (0..<months.rowCount).map { row in
            let month = months[row, 0] ?? ""
            return ArchiveQuery(
                "fact_sales_\(month)", table: "fact_sales", month: month,
                sql: """
                    SELECT * FROM retail_dw.snapshot_facts(\(version), '\(month)-01')
                    ORDER BY transaction_datetime, sales_key
                    """)
        }
        return [
            query("data_versions", "snapshot_versions", "version_number"),
            query("dim_country", "snapshot_countries", "country_key"),
            query("dim_customers", "snapshot_customers", "customer_key"),
            query("dim_products", "snapshot_products", "product_key"),
        ] + facts
    }

    func perform(_ conflict: Snapshot.Conflict) throws -> Snapshot {
        try lockFolder()
        if folder.isTaken {
            switch conflict {
            case .refuse: throw taken("choose another folder with --to, or replace it with --force")
            case .replace:
                guard (try? ArchiveManifest(folder: folder.path))?.kind == SnapshotReader.kind else {
                    throw taken("it is no snapshot, and is left as it is; choose another folder with --to")
                }
            case .adopt: return try adopt()
            }
        }
        return try write()
    }

    private func taken(_ remedy: String) -> RDError {
        RDError(.cannotCreate, "\(folder.path) is there already", remedy: remedy)
    }

    /// Two that write to one folder would mix their files.
    private func lockFolder() throws {
        let key = "hashtextextended($1, 0)"
        guard try connection.value("SELECT pg_try_advisory_xact_lock(\(key))", [folder.path]) == "t" else {
            throw RDError(
                .temporary, "another snapshot is being written to \(folder.path)", remedy: "run again when it is done")
        }
    }

    private func write() throws -> Snapshot {
        try folder.begin()
        do {
            let writer = ArchiveWriter(folder: folder.partial, compression: .installed())
            let manifest = manifest(try queries.map { try writer.write($0, from: connection) })
            try folder.complete(manifest)
            try folder.isTaken ? folder.replace() : folder.publish()
            return Snapshot(version: version, folder: folder.path, manifest: manifest, isNew: true)
        } catch {
            try? folder.removePartial()
            throw error
        }
    }

    /// Takes a snapshot that is there, where each of its files is what would be written now.
    private func adopt() throws -> Snapshot {
        let reader = try SnapshotReader(folder: folder.path)
        guard reader.run == version.run, reader.manifest.files.count == queries.count else {
            throw taken("it is of another version; choose another folder with --to")
        }
        for (query, file) in zip(queries, reader.manifest.files) {
            let found = try ArchiveWriter.digest(query, from: connection)
            guard found.table == file.table, found.month == file.month, found.sha256 == file.sha256 else {
                throw taken("its \(file.name) holds other rows; choose another folder with --to")
            }
        }
        return Snapshot(version: version, folder: folder.path, manifest: reader.manifest, isNew: false)
    }

    private func manifest(_ files: [ArchiveFile]) -> ArchiveManifest {
        let facts = files.filter { $0.table == "fact_sales" }
        return ArchiveManifest(
            kind: SnapshotReader.kind,
            facts: [
                .init("version", .integer(version.number)), .init("run", .string(version.run)),
                .init("job", .string(version.job)), .init("database", .string(connection.databaseName)),
                .init("created_at", .string(createdAt)), .init("facts", .integer(facts.reduce(0) { $0 + $1.rows })),
                .init("net_amount", .string(Decimal4.text(facts.reduce(0) { $0 + ($1.netAmount ?? 0) }))),
            ], files: files)
    }
}
