import RDBytes
public import RDPostgres
import RDRecord

/// Archives the oldest months of the fact table, detaches them, and drops them.
///
/// The promise: nothing is dropped before the archive is on disk, was read back, and holds what the tables hold, row by
/// row and to the penny; and what is dropped is detached and dropped in one transaction. Whatever ends the run before its commit
/// leaves the warehouse as it was, and the next run needs no cleaning by hand.
public struct Retention {
    /// Where the archive goes.
    public enum Destination: Equatable, Sendable {
        /// This folder.
        case folder(String)
        /// A folder of its own in `archive` of the state folder.
        case below(String)
    }

    private let plan: RetentionPlan
    private let destination: Destination
    private let wait: Int
    private let run: RunID
    private let clock: () -> Int64

    /// A run that does what the plan says, if that is still true once it has the warehouse's lock.
    /// - Parameters:
    ///   - wait: seconds to wait for a load that is under way, and for readers.
    ///   - now: milliseconds since 1970, which with ten `random` bytes name the run.
    ///   - clock: a clock that never jumps, in nanoseconds.
    public init(
        _ plan: RetentionPlan, to destination: Destination, wait: Int, now: Int64, random: [UInt8],
        clock: @escaping () -> Int64
    ) {
        self.plan = plan
        self.destination = destination
        self.wait = wait
        run = RunID(milliseconds: now, random: random)
        self.clock = clock
    }

    /// Does it. A warehouse that changed since the plan was made, a load that is under way, and readers that hold the
    /// months or the dimensions are exit 75; an archive that cannot be written 73 or 74.
    /// - Parameter reconnect: a new session, to ask what became of a commit.
    public func apply(to connection: Connection, reconnect: () throws -> Connection) throws -> RetentionSummary {
        let started = clock()
        let transaction = try WarehouseTransaction(connection, wait: wait)
        defer { transaction.rollback() }
        try lockAgainstWriters(connection)
        guard try RetentionPlan(keep: plan.keep, in: connection).isSame(as: plan), let keptFrom = plan.keptFrom else {
            throw RDError(
                .temporary, "the warehouse has changed since the months were listed",
                remedy: "nothing was dropped; run again")
        }
        let archive = try RetentionArchive(connection: connection, plan: plan).prove(destination)
        let summary: RetentionSummary
        do {
            summary = try record(archive, keptFrom, since: started, connection)
            try dropMonths(connection)
            if archive.isPartial { try archive.folder.publish() }
        } catch {
            if archive.isPartial { try? archive.folder.removePartial() }
            throw error
        }
        try transaction.commit(reconnect: reconnect)
        return summary
    }

    /// From here on every statement sees the same rows: loads wait for the warehouse's lock, and whoever else would
    /// write, for this one. Readers do not.
    private func lockAgainstWriters(_ connection: Connection) throws {
        let partitions = try plan.months.compactMap(\.partition).map {
            "retail_dw." + (try connection.quoteIdentifier($0))
        }
        let tables = ["retail_dw.fact_sales_archive", "ONLY retail_dw.fact_sales"] + partitions
        try connection.script("SET LOCAL lock_timeout = '\(max(wait, 1))s'")
        do {
            try connection.script("LOCK TABLE \(tables.joined(separator: ", ")) IN SHARE MODE")
        } catch {
            // 42P01: a month that was there has gone meanwhile.
            guard ["55P03", "42P01"].contains(error.sqlstate) else { throw error }
            throw RDError(
                .temporary, "somebody else is changing the facts", remedy: "nothing was dropped; run again later")
        }
        try connection.script("SET LOCAL lock_timeout = 0")
    }

    private func record(
        _ archive: RetentionArchive.Proved, _ keptFrom: String, since started: Int64, _ connection: Connection
    ) throws -> RetentionSummary {
        let made = try connection.execute(
            "SELECT version_id, version_number FROM retail_dw.retain($1::date, $2::uuid, 'retention', $3)",
            [keptFrom, run.text, archive.folder.path])
        let money = try connection.execute(
            "SELECT money_before, money_after FROM retail_dw.data_versions WHERE version_id = $1::integer", [made[0, 0]]
        )
        let milliseconds = Int((clock() - started) / 1_000_000)
        try connection.execute(
            """
            INSERT INTO retail_dw.etl_job_runs
                (job_name, status, records_processed, duration, run, version_id, detail, kind)
            VALUES ('retention', 'success', $1::bigint, $2::numeric / 1000, $3::uuid, $4::integer, $5, 'retention')
            """,
            [
                String(plan.facts), String(milliseconds), run.text, made[0, 0],
                "months before \(keptFrom.prefix(7)) archived to \(archive.folder.path) and dropped",
            ])
        return RetentionSummary(
            version: made.count(0, 1), plan: plan, folder: archive.folder.path, files: archive.files,
            money: (money[0, 0] ?? "0.0000", money[0, 1] ?? "0.0000"), milliseconds: milliseconds)
    }

    /// Takes the months out of the fact table and drops them: last of all, since it locks readers out until the commit.
    private func dropMonths(_ connection: Connection) throws {
        let partitions = try plan.months.compactMap(\.partition).map { try connection.quoteIdentifier($0) }
        try connection.execute(
            "SELECT retail_dw.drop_fact_months($1::text[], $2::integer)",
            ["{\(partitions.joined(separator: ","))}", String(wait)])
    }
}
