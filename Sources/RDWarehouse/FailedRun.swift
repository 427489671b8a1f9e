import RDBytes
import RDPostgres
import RDRecord

/// A run that failed, for the history: nothing of what it loaded is in the warehouse, but that it failed, why, what its
/// stages had measured until then, and the first of the rows that they had set aside.
struct FailedRun {
    let run: String
    let open: StreamOpen
    let close: StreamClose?
    /// Records that came before it failed.
    let rows: Int
    let milliseconds: Int
    let metrics: [JSONValue]
    /// The rejects that are kept, as rows of a copy.
    let rejects: [UInt8]
    let error: any Error
    /// The code of the stage upstream that gave up; nil where none did.
    let upstreamCode: String?

    /// Why it failed, as a code; nil where the exit code says it all.
    private var code: String? {
        if let own = (error as? any AbortingError)?.abortCode ?? upstreamCode { return own }
        return (error as? any CodedError)?.exitCode == .streamBroken ? "stream_broken" : nil
    }

    /// Writes it, in a transaction of its own.
    func save(_ connection: Connection) throws {
        let coded = error as? any CodedError
        var line = ByteBuffer(capacity: 4096)
        open.append(to: &line)
        try connection.transaction {
            let job = try connection.value(
                """
                INSERT INTO retail_dw.etl_job_runs
                    (job_name, status, records_processed, duration, run, ledger, stream, detail, exit_code, code)
                VALUES ($1, 'failed', $2::bigint, $3::numeric / 1000, $4::uuid, $5::jsonb, $6::jsonb, $7, $8::integer, $9)
                RETURNING job_id
                """,
                [
                    open.job, String(close?.ledger.first?.rowsIn ?? rows), String(milliseconds), run,
                    JSONValue.array((close?.ledger ?? []).map(\.json)).text, line.text,
                    coded.map { "\($0)" } ?? "\(error)", String((coded?.exitCode ?? .internalError).rawValue), code,
                ])
            try RunRecorder.save(rejects: rejects, connection)
            try RunRecorder.save(metrics, run: run, job: job.flatMap { Int($0) } ?? 0, connection)
        }
    }
}
