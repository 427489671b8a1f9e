import RDBytes
public import RDPostgres

extension Warehouse {
    /// Makes the present state what a snapshot holds, in one transaction and as a new version, which can be rolled back.
    /// Rows that are the same already stay untouched.
    ///
    /// In an empty warehouse the snapshot's versions come along, without their history. Refused with nothing changed: a
    /// file that is not what the manifest says (exit 65) or is missing (66), a warehouse with other versions under the
    /// snapshot's numbers (65), while another change holds the warehouse's lock (75).
    /// - Parameters: those of `rollBack`; `latest` is 0 for an empty warehouse.
    public static func restore(
        _ connection: Connection, _ snapshot: SnapshotReader, from latest: Int? = nil, run: String, job: String,
        wait: Int, isPlan: Bool = false, reconnect: () throws -> Connection
    ) throws -> VersionChange {
        try snapshot.verify()
        let transaction = try WarehouseTransaction(connection, wait: wait)
        defer { transaction.rollback() }
        let present = try transaction.present(expecting: latest)
        let partitions = try transaction.partitions()
        let made = try exchange(snapshot, run, job, connection)
        if let present, made.number == present.number + 1, try nothingDiffered(connection) {
            return VersionChange(unchanged: present, kind: "restore", target: snapshot.version)
        }
        let before = present?.number ?? 0
        if isPlan {
            let diff = try VersionDiff(before, made.number, connection)
            return VersionChange(made, status: .planned, target: snapshot.version, latest: before, diff: diff)
        }
        try transaction.record(made, detail: "restored version \(snapshot.version) from \(snapshot.folder)")
        // Last of all, since it locks readers out until the commit.
        try connection.execute("SELECT retail_dw.drop_empty_months()")
        if try !transaction.partitions().isSubset(of: partitions) { try transaction.awaitPlanners() }
        try transaction.commit(reconnect: reconnect)
        return VersionChange(made, status: .committed, target: snapshot.version, latest: before)
    }

    /// Makes the state that of the snapshot, as a new version, which comes back.
    private static func exchange(
        _ snapshot: SnapshotReader, _ run: String, _ job: String, _ connection: Connection
    ) throws -> DataVersion {
        try connection.execute("SELECT retail_dw.open_restore()")
        try snapshot.copy({ $0.table == "data_versions" }, into: connection)
        try requireSameHistory(snapshot, connection)
        try snapshot.copy({ $0.table != "data_versions" }, into: connection)
        let number = try connection.value(
            "SELECT retail_dw.restore_version($1::integer, $2::uuid, $3, $4)",
            [String(snapshot.version), run, job, snapshot.folder])
        try requireState(snapshot, connection)
        return try DataVersion.find(Int(number ?? "") ?? 0, connection)
    }

    /// A version is known by its run: where the warehouse has the snapshot's numbers, they must be of the same runs.
    private static func requireSameHistory(_ snapshot: SnapshotReader, _ connection: Connection) throws {
        let own = try connection.value(
            "SELECT run FROM restored_versions WHERE version_number = $1::integer", [String(snapshot.version)])
        guard own == snapshot.run else {
            throw RDError(
                .data, "\(snapshot.folder) does not hold the version that its manifest names",
                remedy: "take the snapshot from a backup; nothing was changed")
        }
        let other = try connection.execute(
            """
            SELECT r.version_number, v.run, r.run FROM restored_versions AS r
            JOIN retail_dw.data_versions AS v ON v.version_number = r.version_number
            WHERE v.run <> r.run ORDER BY 1 LIMIT 1
            """)
        guard other.rowCount > 0 else { return }
        throw RDError(
            .data,
            "the snapshot is of another warehouse: version \(other[0, 0] ?? "") is of run \(other[0, 1] ?? "") here and "
                + "of run \(other[0, 2] ?? "") there",
            remedy: "restore it into an empty database; nothing was changed")
    }

    /// What the warehouse holds now must be what the manifest says, whatever the way there.
    private static func requireState(_ snapshot: SnapshotReader, _ connection: Connection) throws {
        let held = try connection.execute("SELECT count(*), coalesce(sum(net_amount), 0) FROM retail_dw.fact_sales")
        guard held.count(0, 0) == snapshot.manifest["facts"]?.integer,
            Decimal4.text(held.money(0, 1)) == snapshot.manifest["net_amount"]?.string
        else {
            throw RDError(
                .internalError, "the restored state does not hold what \(snapshot.folder) does",
                remedy: "nothing was changed")
        }
    }

    private static func nothingDiffered(_ connection: Connection) throws -> Bool {
        let tables = ["facts", "customers", "products", "countries"].flatMap { ["leaving_\($0)", "returning_\($0)"] }
        let found = tables.map { "EXISTS (SELECT FROM \($0))" }.joined(separator: " OR ")
        return try connection.value("SELECT \(found)") == "f"
    }
}
