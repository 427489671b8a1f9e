import RDBytes
import RDHistory
public import RDPostgres
import RDRecord

/// Reads runs, their figures and what is said of them from the warehouse.
public struct HistoryStore {
    let connection: Connection

    /// The history in the database of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    /// Loads and checks that began at `since` or later (milliseconds since 1970), oldest first.
    public func runs(since: Int64 = 0) throws -> [HistoryRun] {
        let rows = try connection.execute(
            """
            SELECT r.run, r.job_name, r.kind, r.status, r.detail, (extract(epoch FROM r.created_at) * 1000)::bigint,
                   r.duration, r.records_processed, coalesce(v.inserted + v.updated + v.unchanged, 0), v.version_number,
                   v.status, coalesce(v.source_uri, r.stream->'source'->>'uri'),
                   coalesce(r.stream->'source' ? 'retry', false), r.ledger, v.money_before, v.money_after, r.job_id
            FROM retail_dw.etl_job_runs AS r LEFT JOIN retail_dw.data_versions AS v USING (version_id)
            WHERE r.kind IN ('load', 'check') AND r.created_at >= to_timestamp($1::numeric / 1000)
            ORDER BY r.created_at, r.job_id
            """, [String(since)])
        return try (0..<rows.rowCount).map { try Self.run(rows, $0) }
    }

    private static func run(_ rows: QueryResult, _ row: Int) throws -> HistoryRun {
        func number(_ column: Int) -> Int { rows[row, column].flatMap { Int($0) } ?? 0 }
        let ledger = try JSONValue(parsing: rows[row, 13] ?? "[]").array ?? []
        let money = rows[row, 14].flatMap { before in rows[row, 15].map { (before: before, after: $0) } }
        return HistoryRun(
            id: number(16), run: rows[row, 0] ?? "", job: rows[row, 1] ?? "", kind: rows[row, 2] ?? "",
            status: rows[row, 3] ?? "",
            detail: rows[row, 4], began: Int64(number(5)),
            duration: rows[row, 6].flatMap { ExactNumber($0) } ?? ExactNumber(0),
            rows: number(7), facts: number(8), version: rows[row, 9].flatMap { Int($0) },
            isRolledBack: rows[row, 10] == "rolled_back", source: rows[row, 11], isRetry: rows[row, 12] == "t",
            ledger: ledger.compactMap(StageLedger.init), money: money)
    }

    /// What the gates of `runs` measured, by the run's `id`, each in the order in which it was measured.
    public func figures(of runs: [HistoryRun]) throws -> [Int: [HistoryFigure]] {
        let rows = try connection.execute(
            """
            SELECT job_id, stage, gate, rule, metric_type, column_name, segment, coalesce(n, 0), bad, score, unit, warn, fail,
                   status
            FROM retail_dw.data_quality_metrics
            WHERE job_id = ANY ($1::bigint[]) AND gate IS NOT NULL AND rule IS NOT NULL ORDER BY metric_id
            """, ["{\(runs.map { String($0.id) }.joined(separator: ","))}"])
        var figures: [Int: [HistoryFigure]] = [:]
        for row in 0..<rows.rowCount {
            func exact(_ column: Int) -> ExactNumber? { rows[row, column].flatMap { ExactNumber($0) } }
            figures[rows[row, 0].flatMap { Int($0) } ?? 0, default: []].append(
                HistoryFigure(
                    stage: rows[row, 1] ?? "", gate: rows[row, 2] ?? "", rule: rows[row, 3] ?? "",
                    dimension: rows[row, 4] ?? "", columns: rows[row, 5], segment: rows[row, 6],
                    n: rows[row, 7].flatMap { Int($0) } ?? 0, bad: rows[row, 8].flatMap { Int($0) }, value: exact(9),
                    unit: rows[row, 10] ?? "", warn: exact(11), fail: exact(12), status: rows[row, 13] ?? ""))
        }
        return figures
    }

    /// The run that `name` picks: a run's identity or its beginning, or `vN` for the run that made version N. None, or
    /// more than one, is exit 66.
    public func run(named name: String) throws -> String {
        let isVersion = name.first == "v" && Int(name.dropFirst()) != nil
        let isIdentity = !name.isEmpty && name.allSatisfy { $0.isHexDigit || $0 == "-" }
        guard isVersion || isIdentity else { throw Self.missing(name) }
        let rows = try connection.execute(
            """
            SELECT DISTINCT r.run FROM retail_dw.etl_job_runs AS r LEFT JOIN retail_dw.data_versions AS v USING (version_id)
            WHERE r.kind IN ('load', 'check') AND
            """ + (isVersion ? " v.version_number = $1::bigint" : " r.run::text LIKE lower($1) || '%'") + " LIMIT 2",
            [isVersion ? String(name.dropFirst()) : name])
        guard rows.rowCount > 0, let run = rows[0, 0] else { throw Self.missing(name) }
        guard rows.rowCount == 1 else { throw RDError(.noInput, "more than one run begins with \(name)") }
        return run
    }

    private static func missing(_ name: String) -> RDError {
        RDError(
            .noInput, "there is no load or check \(name)",
            remedy: "name a run by its identity, the beginning of one, or the version it made as v1")
    }
}
