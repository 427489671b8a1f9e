public import RDBytes
public import RDPostgres

/// A version of the warehouse in files: a folder with its facts month by month, its dimensions and the versions up to it
/// as compressed CSV, and a manifest of their hashes.
///
/// The promise: the same state gives the same files before compression, byte by byte, whichever version of whichever
/// warehouse has it; and a folder that has its name is whole and on disk.
public struct Snapshot: Sendable {
    /// The version.
    public let version: DataVersion
    /// The folder.
    public let folder: String
    /// What the manifest says.
    public let manifest: ArchiveManifest
    /// False where the folder was there already and held the same.
    public let isNew: Bool

    /// What is done where the folder is there already.
    public enum Conflict: Sendable {
        /// Exit 73.
        case refuse
        /// Another snapshot is replaced; anything else is exit 73.
        case replace
        /// A snapshot of the same state is taken as it is; anything else is exit 73.
        case adopt
    }

    /// Bytes of its files on disk.
    public var compressedBytes: Int { manifest.files.reduce(0) { $0 + $1.compressedBytes } }

    /// One object.
    public var json: JSONValue {
        [
            "status": .string(isNew ? "written" : "adopted"), "version": .integer(version.number),
            "folder": .string(folder), "files": .integer(manifest.files.count), "facts": manifest["facts"] ?? .null,
            "net_amount": manifest["net_amount"] ?? .null,
            "bytes": .integer(manifest.files.reduce(0) { $0 + $1.bytes }),
            "compressed_bytes": .integer(compressedBytes),
        ]
    }

    /// Writes a version, as one transaction sees it, in bounded memory. A version that is not there or whose history is
    /// gone is exit 65, a folder that is taken 73, another snapshot to the same folder at the same time 75.
    /// - Parameters:
    ///   - path: gives the folder's path from the root for the version's number.
    ///   - createdAt: the time, for the manifest.
    public static func write(
        _ reference: VersionReference, to path: (Int) -> String, ifThere conflict: Conflict = .refuse,
        createdAt: String, _ connection: Connection
    ) throws -> Snapshot {
        try connection.transaction {
            try open(connection)
            let version = try reference.resolve(connection)
            try version.requireHistory()
            let writing = try SnapshotWriting(version, ArchiveFolder(path(version.number)), createdAt, connection)
            return try writing.perform(conflict)
        }
    }

    /// Begins the snapshot of the database. Months are locked against being dropped before it is taken: a table that is
    /// dropped later has no rows for a transaction that is older.
    private static func open(_ connection: Connection) throws {
        try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try WarehouseTransaction.tune(connection)
        try connection.execute("LOCK TABLE retail_dw.fact_sales IN ACCESS SHARE MODE")
    }
}
