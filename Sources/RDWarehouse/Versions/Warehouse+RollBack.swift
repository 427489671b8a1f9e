import RDBytes
public import RDPostgres

extension Warehouse {
    /// Brings facts, dimensions and the quality state back to what they were after a version, in one transaction and as a
    /// new version, which can be rolled back itself.
    ///
    /// Refused with nothing changed: a version that is not there or whose history is gone (exit 65), while another change
    /// holds the warehouse's lock (75). The present version is no error: the change that comes back is `unchanged`.
    /// - Parameters:
    ///   - version: the version to go back to. What it is relative to is looked up once the lock is there, so that
    ///     `latest~1` takes back one version, whatever was committed while the lock was waited for.
    ///   - latest: the present version as the caller knows it; another one is exit 75.
    ///   - run: the run's UUID.
    ///   - job: the job's name.
    ///   - wait: seconds to wait for the lock.
    ///   - isPlan: true to see what would differ, month by month and member by member, and take it back.
    ///   - reconnect: a new session, to ask what became of a commit.
    public static func rollBack(
        _ connection: Connection, to version: VersionReference, from latest: Int? = nil, run: String, job: String,
        wait: Int, isPlan: Bool = false, reconnect: () throws -> Connection
    ) throws -> VersionChange {
        let transaction = try WarehouseTransaction(connection, wait: wait)
        defer { transaction.rollback() }
        let target = try version.resolve(connection)
        let present = try transaction.present(expecting: latest) ?? target
        if present.number == target.number {
            return VersionChange(unchanged: present, kind: "rollback", target: target.number)
        }
        try target.requireHistory()
        let partitions = try transaction.partitions()
        let number = try connection.value(
            "SELECT retail_dw.roll_back($1::integer, $2::uuid, $3)", [String(target.number), run, job])
        let made = try DataVersion.find(Int(number ?? "") ?? 0, connection)
        if isPlan {
            // What it locked is let go before the comparison, which takes its time; the target says the same.
            transaction.rollback()
            let diff = try VersionDiff(present.number, target.number, connection)
            return VersionChange(made, status: .planned, target: target.number, latest: present.number, diff: diff)
        }
        try transaction.record(made, detail: "rolled back to version \(target.number)")
        if try !transaction.partitions().isSubset(of: partitions) { try transaction.awaitPlanners() }
        try transaction.commit(reconnect: reconnect)
        return VersionChange(made, status: .committed, target: target.number, latest: present.number)
    }

    /// The same with no way to ask what became of a commit on which the connection was lost: that is exit 75.
    public static func rollBack(
        _ connection: Connection, to version: Int, run: String, job: String, wait: Int = 0, isPlan: Bool = false
    ) throws -> VersionChange {
        try rollBack(connection, to: VersionReference(number: version), run: run, job: job, wait: wait, isPlan: isPlan)
        {
            throw RDError(.unavailable, "there is no other session")
        }
    }
}

extension WarehouseTransaction {
    /// The present version; nil where there is none. Another one than was expected is exit 75.
    func present(expecting number: Int?) throws -> DataVersion? {
        let present = try DataVersion.latest(connection)
        if let number, number != present?.number ?? 0 {
            throw RDError(
                .temporary, "the warehouse has changed since: version \(present?.number ?? 0) is the latest now",
                remedy: "nothing was changed; look again")
        }
        return present
    }

    /// Writes the job run of a version that the transaction made, with the time since the transaction began.
    func record(_ version: DataVersion, detail: String) throws {
        try connection.execute(
            """
            INSERT INTO retail_dw.etl_job_runs
                (job_name, status, records_processed, duration, run, version_id, detail, kind)
            SELECT $1, 'success', $2::bigint, extract(epoch FROM clock_timestamp() - now())::numeric(12, 3), $3::uuid,
                   version_id, $5, kind
            FROM retail_dw.data_versions WHERE version_id = $4::integer
            """,
            [
                version.job, String(version.facts.records + version.facts.removed), version.run,
                String(version.identifier), detail,
            ])
    }
}
