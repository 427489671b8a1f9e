import RDBytes
import RDPostgres
import RDRecord

extension LoadSession {
    /// Writes the version and the job run.
    /// - Returns: the job run's number.
    func record(_ open: StreamOpen, _ close: StreamClose?, _ summary: LoadSummary) throws -> Int {
        let source = open.source
        try connection.execute(
            """
            INSERT INTO retail_dw.data_versions
                (version_id, version_number, run, job_name, records_count, status, inserted, updated, unchanged,
                 money_before, money_after, source_uri, source_sha256, source_bytes, is_partial, is_bare,
                 facts_moved, money_moved, is_retry, is_opaque)
            VALUES ($1::integer, $2::integer, $3::uuid, $4, $5::bigint, 'committed', $6::bigint, $7::bigint, $8::bigint,
                    $9::numeric, $10::numeric, $11, $12, $13::bigint, $14::boolean, $15::boolean, $16::bigint,
                    $17::numeric, $18::boolean, $19::boolean)
            """,
            [
                String(version), String(number), summary.run, summary.job,
                String(summary.facts.inserted + summary.facts.updated + summary.facts.unchanged),
                String(summary.facts.inserted), String(summary.facts.updated), String(summary.facts.unchanged),
                summary.moneyBefore, summary.moneyAfter, source["uri"]?.string,
                source["sha256"]?.string ?? close?.sourceHash,
                (source["bytes"]?.integer ?? close?.sourceBytes).map { String($0) },
                summary.isPartial ? "t" : "f", summary.isBare ? "t" : "f",
                String(summary.moved.facts), summary.moved.money,
                Retry(open) == nil ? "f" : "t", summary.isOpaque ? "t" : "f",
            ])
        var line = ByteBuffer(capacity: 4096)
        open.append(to: &line)
        let job = try connection.value(
            """
            INSERT INTO retail_dw.etl_job_runs
                (job_name, status, records_processed, duration, run, version_id, ledger, stream)
            VALUES ($1, 'success', $2::bigint, $3::numeric / 1000, $4::uuid, $5::integer, $6::jsonb, $7::jsonb)
            RETURNING job_id
            """,
            [
                summary.job, String(summary.ledger.first?.rowsIn ?? 0), String(summary.milliseconds), summary.run,
                String(version), JSONValue.array(summary.ledger.map(\.json)).text, line.text,
            ])
        return job.flatMap { Int($0) } ?? 0
    }
}
