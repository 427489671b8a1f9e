import RDAlert
import RDBytes
import RDPostgres

/// Reads runs, their figures and their jobs' history.
struct RunReader {
    let connection: Connection

    /// The runs that nobody looked at yet, in the order that they ended.
    func unseen() throws -> [WatchedRun] {
        let rows = try connection.execute(
            """
            SELECT r.job_id, r.run, r.job_name, r.kind, r.status = 'failed', r.exit_code, r.code, r.detail,
                   \(AlertRecord.milliseconds("r.created_at")), round(r.duration * 1000)::bigint, r.records_processed
            FROM retail_dw.etl_job_runs AS r LEFT JOIN retail_dw.alert_looks AS l USING (job_id)
            WHERE l.job_id IS NULL
            ORDER BY r.created_at + make_interval(secs => r.duration::double precision), r.job_id
            """)
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> Int { rows[row, column].flatMap { Int($0) } ?? 0 }
            return WatchedRun(
                id: number(0), run: rows[row, 1] ?? "", job: rows[row, 2] ?? "", kind: rows[row, 3] ?? "",
                isFailed: rows[row, 4] == "t", exitCode: number(5), code: rows[row, 6], detail: rows[row, 7],
                began: Int64(number(8)), pace: RunPace(milliseconds: number(9), rows: number(10)))
        }
    }

    /// Notes that runs were looked at.
    func markSeen(_ runs: [WatchedRun]) throws {
        try connection.execute(
            "INSERT INTO retail_dw.alert_looks (job_id) SELECT unnest($1::bigint[]) ON CONFLICT DO NOTHING",
            [AlertStore.list(runs.map(\.id))])
    }

    /// The figures of a run that belong to a gate, the worst of each rule first.
    func figures(of run: WatchedRun) throws -> [GateFigure] {
        let rows = try connection.execute(
            """
            SELECT gate, rule, metric_type, stage, column_name, segment, unit = 'rows', score, warn, fail, status
            FROM retail_dw.data_quality_metrics WHERE job_id = $1::bigint AND gate IS NOT NULL AND rule IS NOT NULL
            ORDER BY gate, rule, array_position('{fail,warn,pass}'::text[], status),
                     CASE WHEN unit = 'rows' THEN -score ELSE score END NULLS LAST, metric_id
            """, [String(run.id)])
        return (0..<rows.rowCount).map { row in
            func text(_ column: Int) -> String { rows[row, column] ?? "" }
            return GateFigure(
                gate: text(0), rule: text(1), dimension: text(2), stage: text(3), column: rows[row, 4],
                segment: rows[row, 5], countsRows: text(6) == "t", score: rows[row, 7], warn: rows[row, 8],
                fail: rows[row, 9], status: text(10))
        }
    }

    /// How long the last runs of the same job took that went well before this one.
    func paces(before run: WatchedRun, count: Int) throws -> [RunPace] {
        let rows = try connection.execute(
            """
            SELECT round(duration * 1000)::bigint, records_processed FROM retail_dw.etl_job_runs
            WHERE job_name = $1 AND kind = $2 AND status = 'success' AND job_id <> $3::bigint
              AND created_at < (SELECT created_at FROM retail_dw.etl_job_runs WHERE job_id = $3::bigint)
            ORDER BY created_at DESC, job_id DESC LIMIT $4::integer
            """, [run.job, run.kind, String(run.id), String(count)])
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> Int { rows[row, column].flatMap { Int($0) } ?? 0 }
            return RunPace(milliseconds: number(0), rows: number(1))
        }
    }

    /// The last runs of each job that loads, and of the jobs that are named.
    func histories(count: Int, named: [String]) throws -> [JobHistory] {
        let rows = try connection.execute(
            """
            SELECT job_name, \(AlertRecord.milliseconds("created_at")), round(duration * 1000)::bigint, run
            FROM (SELECT job_name, created_at, duration, run, job_id,
                         row_number() OVER (PARTITION BY job_name ORDER BY created_at DESC, job_id DESC) AS place
                  FROM retail_dw.etl_job_runs
                  WHERE kind = 'load' OR job_name = ANY (SELECT jsonb_array_elements_text($2::jsonb))) AS r
            WHERE place <= $1::integer ORDER BY job_name, created_at, job_id
            """, [String(count + 1), JSONValue.array(named.map { .string($0) }).text])
        var runs: [String: [(began: Int64, milliseconds: Int, run: String?)]] = [:]
        for row in 0..<rows.rowCount {
            runs[rows[row, 0] ?? "", default: []].append(
                (rows[row, 1].flatMap { Int64($0) } ?? 0, rows[row, 2].flatMap { Int($0) } ?? 0, rows[row, 3]))
        }
        return Set(named + runs.keys).sorted().map { job in
            let known = runs[job] ?? []
            return JobHistory(
                job: job, began: known.map(\.began), milliseconds: known.map(\.milliseconds),
                lastRun: known.last?.run)
        }
    }

    /// The verdicts of runs whose verdicts nobody looked at yet, run by run in the order that they ended. What is still
    /// learned, or left to another method, is none.
    func unseenVerdicts() throws -> [[RunVerdict]] {
        let rows = try connection.execute(
            """
            SELECT v.run, v.job_name, v.source_name, v.subject, v.method, v.status = 'anomaly', trim_scale(v.value),
                   trim_scale(round(v.low, 6)), trim_scale(round(v.high, 6)), \(AlertRecord.milliseconds(Self.verdictEnd))
            FROM retail_dw.quality_verdicts AS v LEFT JOIN retail_dw.alert_verdict_looks AS l USING (run)
                LEFT JOIN retail_dw.etl_job_runs AS r USING (run)
            WHERE l.run IS NULL AND v.status IN ('anomaly', 'expected')
            ORDER BY \(Self.verdictEnd), v.run, v.subject, v.verdict_id
            """)
        var runs: [[RunVerdict]] = []
        for row in 0..<rows.rowCount {
            func text(_ column: Int) -> String { rows[row, column] ?? "" }
            let verdict = RunVerdict(
                run: text(0), job: text(1), source: text(2), number: text(3), method: text(4),
                isAnomaly: text(5) == "t", value: text(6), low: rows[row, 7], high: rows[row, 8],
                ended: Int64(text(9)) ?? 0)
            if runs.last?.first?.run != verdict.run { runs.append([]) }
            runs[runs.count - 1].append(verdict)
        }
        return runs
    }

    private static let verdictEnd =
        "coalesce(r.created_at + make_interval(secs => r.duration::double precision), v.created_at)"

    /// Notes that the verdicts of runs were looked at.
    func markVerdictsSeen(_ runs: [String]) throws {
        try connection.execute(
            """
            INSERT INTO retail_dw.alert_verdict_looks (run)
            SELECT value::uuid FROM jsonb_array_elements_text($1::jsonb) ON CONFLICT DO NOTHING
            """, [JSONValue.array(runs.map { .string($0) }).text])
    }
}
