import RDBytes
import RDPostgres
import RDProcess

/// A snapshot in a folder, to be verified and restored.
public struct SnapshotReader {
    static let kind = "version"

    /// The folder.
    public let folder: String
    /// What its manifest says.
    public let manifest: ArchiveManifest
    /// The number of the version that it is of, in the warehouse that wrote it.
    public let version: Int
    /// The run that made that version: what a version is known by.
    public let run: String

    /// The tables of a snapshot, and where their rows are copied to before they are compared with the warehouse's.
    private static let tables = [
        "data_versions": "restored_versions", "dim_country": "restored_countries",
        "dim_customers": "restored_customers", "dim_products": "restored_products", "fact_sales": "restored_facts",
    ]

    /// Reads the manifest. A folder without one is exit 66, one that is of something else, contradicts itself or lacks a
    /// table 65.
    public init(folder: String) throws {
        self.folder = folder
        manifest = try ArchiveManifest(folder: folder)
        guard manifest.kind == Self.kind, let version = manifest["version"]?.integer,
            let run = manifest["run"]?.string
        else {
            throw RDError(
                .data, "\(folder) is an archive of kind '\(manifest.kind)', not of a version",
                remedy: "name the folder of a snapshot")
        }
        self.version = version
        self.run = run
        try checkTables()
        try checkTotals()
    }

    private func checkTables() throws(RDError) {
        for file in manifest.files where Self.tables[file.table] == nil {
            throw wrong("\(file.name) is of a table '\(file.table)', which no snapshot has")
        }
        for table in Self.tables.keys.sorted() where table != "fact_sales" {
            guard manifest.files.count(where: { $0.table == table }) == 1 else {
                throw wrong("there must be one file of \(table)")
            }
        }
    }

    private func checkTotals() throws(RDError) {
        let facts = manifest.files.filter { $0.table == "fact_sales" }
        guard manifest["facts"]?.integer == facts.reduce(0, { $0 + $1.rows }) else {
            throw wrong("the rows of the files are not as many as it says in all")
        }
        let money = facts.reduce(Int128(0)) { $0 + ($1.netAmount ?? 0) }
        guard manifest["net_amount"]?.string == Decimal4.text(money) else {
            throw wrong("the net amounts of the files do not add up to its total")
        }
    }

    private func wrong(_ what: String) -> RDError {
        RDError(
            .data, "\(folder)/\(ArchiveManifest.name) contradicts itself: \(what)",
            remedy: "take the snapshot from a backup; nothing was changed")
    }

    /// Reads every file to its end and holds hashes, rows and money against the manifest. What differs is exit 65 and
    /// named, a file that is missing 66.
    public func verify() throws {
        let reader = ArchiveReader(folder: folder)
        for file in manifest.files { try reader.verify(file) }
    }

    /// Copies the files of a table, or of all but that one, into the temporary tables of `open_restore`.
    func copy(_ isWanted: (ArchiveFile) -> Bool, into connection: Connection) throws {
        let reader = ArchiveReader(folder: folder)
        for file in manifest.files where isWanted(file) {
            let target = Self.tables[file.table] ?? ""
            let columns = try columns(file, of: target, connection)
            try connection.copyIn("COPY \(target) (\(columns)) FROM STDIN (FORMAT csv, HEADER)")
            do {
                try reader.read(file) { try connection.putCopyData($0) }
                try connection.sendCopyEnd()
            } catch {
                connection.abortCopy("the file could not be read")
                throw error
            }
            try connection.finishCopy()
        }
    }

    /// The columns of a file, as COPY wants them. What came into use later has a default, and may be missing.
    private func columns(_ file: ArchiveFile, of target: String, _ connection: Connection) throws -> String {
        let known = try connection.execute(
            """
            SELECT attname, atthasdef FROM pg_attribute
            WHERE attrelid = to_regclass('pg_temp.' || $1) AND attnum > 0 ORDER BY attnum
            """, [target])
        let expected = (0..<known.rowCount).compactMap { row -> String? in
            let name = known[row, 0] ?? ""
            return known[row, 1] == "t" && !file.columns.contains(name) ? nil : name
        }
        guard file.columns == expected else {
            throw RDError(
                .data, "\(folder)/\(file.name) has other columns than this release reads",
                remedy: "restore it with the release that wrote it; nothing was changed")
        }
        return try expected.map { try connection.quoteIdentifier($0) }.joined(separator: ", ")
    }
}
