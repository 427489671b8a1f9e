import RDBytes
public import RDHistory
import RDPostgres

extension HistoryStore {
    /// Reads the report.
    /// - Parameters:
    ///   - since: from when on, in milliseconds since 1970; nil for thirty days before the run, or before `now`.
    ///   - run: the run to look at closely and to end with; nil for the newest load.
    ///   - target: the share of runs that should pass each rule.
    public func report(since: Int64?, run: String?, target: ExactNumber, now: Int64) throws -> QualityReport {
        let end = try run.map { try began($0) } ?? now
        // What was asked for is looked at, also where it began before the time that was asked for.
        let begin = min(end, since ?? end - 30 * 86_400_000)
        let known = try runs(since: begin)
        let last = run.flatMap { name in known.lastIndex { $0.run == name } }
        let runs = Array(known.prefix(last.map { $0 + 1 } ?? known.count))
        let focus = last.map { known[$0] } ?? runs.last { $0.kind == "load" } ?? runs.last
        let figures = try figures(of: runs)
        let verdicts = try verdicts(on: runs)
        let bands = Bands(verdicts.verdicts)
        let anomalies = Self.anomalies(verdicts.verdicts, runs)
        return QualityReport(
            made: now, since: begin, target: target, runs: runs, focus: focus,
            focusFigures: focus.flatMap { figures[$0.id] } ?? [], days: ReportDay.all(runs, figures, anomalies),
            rules: RuleHistory.all(runs, figures, bands), numbers: NumberHistory.all(runs, of: focus, bands),
            anomalies: anomalies,
            unjudged: runs.count { $0.isGood && !$0.isRetry && !verdicts.judged.contains($0.run) },
            rejects: try rejects(of: runs.map(\.run)), moneyRules: MoneyRule.all(runs), months: try months())
    }

    private func began(_ run: String) throws -> Int64 {
        let sql =
            "SELECT floor(extract(epoch FROM created_at) * 1000)::bigint FROM retail_dw.etl_job_runs WHERE run = $1::uuid ORDER BY job_id DESC LIMIT 1"
        return try connection.value(sql, [run]).flatMap { Int64($0) } ?? 0
    }

    private static func anomalies(_ verdicts: [RunVerdict], _ runs: [HistoryRun]) -> [ReportAnomaly] {
        let odd = Dictionary(grouping: verdicts.filter { $0.verdict.status == .anomaly }) { $0.run }
        return runs.reversed().flatMap { run in
            let numbers = Dictionary(grouping: odd[run.run] ?? []) { $0.number }.values
            return numbers.sorted { $0[0].number.subject < $1[0].number.subject }
                .map { ReportAnomaly(run: run, verdicts: $0) }
        }
    }

    private func verdicts(on runs: [HistoryRun]) throws -> (verdicts: [RunVerdict], judged: Set<String>) {
        let rows = try connection.execute(
            """
            SELECT run, job_name, source_name, subject, kind, gate, rule, segment, method, status, value, statistic,
                   expected, low, high, history
            FROM retail_dw.quality_verdicts WHERE run = ANY ($1::uuid[]) ORDER BY verdict_id
            """, ["{\(runs.map(\.run).joined(separator: ","))}"])
        let verdicts = (0..<rows.rowCount).compactMap { Self.verdict(rows, $0) }
        return (verdicts, Set(verdicts.map(\.run)))
    }

    private static func verdict(_ rows: QueryResult, _ row: Int) -> RunVerdict? {
        func double(_ column: Int) -> Double? { rows[row, column].flatMap { Double($0) } }
        guard let kind = rows[row, 4].flatMap(NumberKind.init), let method = rows[row, 8].flatMap(AnomalyMethod.init),
            let status = rows[row, 9].flatMap(AnomalyStatus.init)
        else { return nil }
        return RunVerdict(
            run: rows[row, 0] ?? "",
            number: WatchedNumber(
                job: rows[row, 1] ?? "", source: rows[row, 2] ?? "", subject: rows[row, 3] ?? "", kind: kind,
                gate: rows[row, 5], rule: rows[row, 6], segment: rows[row, 7]),
            verdict: AnomalyVerdict(
                method, status, value: double(10) ?? 0, statistic: double(11) ?? 0, expected: double(12),
                low: double(13), high: double(14), history: rows[row, 15].flatMap { Int($0) } ?? 0))
    }

    private func rejects(of runs: [String]) throws -> [RejectGroup] {
        let list = "{\(runs.joined(separator: ","))}"
        let counts = try connection.execute(
            """
            SELECT stage, code, count(*), count(*) FILTER (WHERE status = 'open') FROM retail_dw.etl_rejects
            WHERE run = ANY ($1::uuid[]) AND status <> 'not_loaded' GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2
            """, [list])
        return try (0..<counts.rowCount).map { row in
            let (stage, code) = (counts[row, 0] ?? "", counts[row, 1] ?? "")
            return RejectGroup(
                stage: stage, code: code, rows: counts[row, 2].flatMap { Int($0) } ?? 0,
                open: counts[row, 3].flatMap { Int($0) } ?? 0, samples: try samples(list, stage, code))
        }
    }

    private func samples(_ runs: String, _ stage: String, _ code: String) throws -> [RejectGroup.Sample] {
        let rows = try connection.execute(
            """
            SELECT run, line, field, detail, left(raw, \(RejectGroup.sampleLength + 1)) FROM retail_dw.etl_rejects
            WHERE run = ANY ($1::uuid[]) AND status <> 'not_loaded' AND stage = $2 AND code = $3
            ORDER BY reject_id DESC LIMIT \(RejectGroup.sampleCount)
            """, [runs, stage, code])
        return (0..<rows.rowCount).map { row in
            let raw = rows[row, 4] ?? ""
            let isCut = raw.unicodeScalars.count > RejectGroup.sampleLength
            return RejectGroup.Sample(
                run: rows[row, 0] ?? "", line: rows[row, 1].flatMap { Int($0) }, field: rows[row, 2],
                detail: rows[row, 3], raw: isCut ? String(raw.dropLast()) + "..." : raw)
        }
    }

    private func months() throws -> [MonthPart] {
        let rows = try connection.execute(
            """
            SELECT to_char(month, 'YYYY-MM'), partition, facts, bytes, net_amount FROM retail_dw.fact_months ORDER BY month
            """)
        return (0..<rows.rowCount).map { row in
            MonthPart(
                month: rows[row, 0] ?? "", partition: rows[row, 1] ?? "", facts: rows[row, 2].flatMap { Int($0) } ?? 0,
                bytes: rows[row, 3].flatMap { Int($0) } ?? 0, net: rows[row, 4].flatMap(Decimal4.sum) ?? 0)
        }
    }
}
