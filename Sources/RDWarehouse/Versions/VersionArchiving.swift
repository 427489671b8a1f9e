public import RDBytes
public import RDPostgres

/// The moving of a version's history into files.
public struct VersionArchiving: Sendable {
    /// The files.
    public let snapshot: Snapshot
    /// Facts that were deleted from the database's archive.
    public let archivedFacts: Int

    /// One object.
    public var json: JSONValue {
        var value = snapshot.json
        value["status"] = "archived"
        value["archived_facts"] = .integer(archivedFacts)
        return value
    }

    /// Writes a snapshot of a version, reads it back, and only then gives up the version's history in the database. A
    /// snapshot of the same state that is there already, as a run that was killed leaves it, is taken as it is.
    ///
    /// Refused: the latest version and one whose history is gone (exit 65), a folder that holds something else (73),
    /// while another change holds the warehouse's lock (75).
    /// - Parameters: those of `Snapshot.write` and `Warehouse.rollBack`.
    public static func archive(
        _ reference: VersionReference, to path: (Int) -> String, createdAt: String, wait: Int,
        _ connection: Connection, reconnect: () throws -> Connection
    ) throws -> VersionArchiving {
        try refuseLatest(try reference.resolve(connection), connection)
        let snapshot = try Snapshot.write(
            reference, to: path, ifThere: .adopt, createdAt: createdAt, connection)
        try SnapshotReader(folder: snapshot.folder).verify()
        let transaction = try WarehouseTransaction(connection, wait: wait)
        defer { transaction.rollback() }
        let version = try DataVersion.find(snapshot.version.number, connection)
        try refuseLatest(version, connection)
        try version.requireHistory()
        let facts = try transaction.giveUp([version.number], as: "archived", uri: snapshot.folder)
        try transaction.commit(reconnect: reconnect)
        return VersionArchiving(snapshot: snapshot, archivedFacts: facts)
    }

    private static func refuseLatest(_ version: DataVersion, _ connection: Connection) throws {
        guard try DataVersion.latest(connection)?.number != version.number else {
            throw RDError(
                .data, "version \(version.number) is the present state, which is not archived",
                remedy: "archive a version before it, or copy it with: rd-version snapshot; nothing was changed")
        }
    }
}
