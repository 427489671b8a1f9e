import RDBytes
import RDLineage
import RDPostgres
import RDRecord

/// Gathers what a run says about itself and its data, and writes it into the warehouse.
struct RunRecorder: ~Copyable {
    private let connection: Connection
    private let run: String
    private var rejects = ByteBuffer(capacity: 1 << 12)
    /// The first rejects of each stage and code, for the history of a run that fails.
    private var kept = ByteBuffer(capacity: 1 << 12)
    /// The `metric` lines of all stages.
    private(set) var metrics: [JSONValue] = []
    /// Rejects by stage and code.
    private(set) var rejected: [(stage: String, code: String, count: Int)] = []
    private static let rejectLimit = 1 << 20
    private static let keptOfCode = 1000
    private static let keptBytes = 1 << 20

    init(_ connection: Connection, run: String) {
        self.connection = connection
        self.run = run
        rejects.appendCopyHeader()
    }

    /// True where rejects should be written before more come; no other copy may be under way then.
    var isFull: Bool { rejects.count > Self.rejectLimit }

    /// Takes a `reject` or `metric` line.
    mutating func take(_ line: JSONValue, kind: ControlKind) {
        if kind == .metric { metrics.append(line) }
        guard kind == .reject else { return }
        let stage = line["stage"]?.string ?? "unknown"
        let code = line["code"]?.string ?? "unknown"
        let place = rejected.firstIndex { $0.stage == stage && $0.code == code } ?? rejected.count
        if place == rejected.count { rejected.append((stage, code, 0)) }
        rejected[place].count += 1
        Self.append(line, stage, code, of: run, status: "open", to: &rejects)
        if rejected[place].count <= Self.keptOfCode { keep(line, stage, code) }
    }

    private mutating func keep(_ line: JSONValue, _ stage: String, _ code: String) {
        let end = kept.count
        Self.append(line, stage, code, of: run, status: "not_loaded", to: &kept)
        if kept.count > Self.keptBytes { kept.truncate(to: end) }
    }

    private static func append(
        _ line: JSONValue, _ stage: String, _ code: String, of run: String, status: String, to rows: inout ByteBuffer
    ) {
        func number(_ name: String) {
            if let value = line[name]?.integer { rows.appendColumn(Int64(value)) } else { rows.appendNull() }
        }
        rows.appendRow(columns: 10)
        rows.appendColumn(uuid: run)
        rows.appendColumn(stage)
        number("line")
        number("offset")
        rows.appendColumn(code)
        for name in ["field", "detail", "raw"] { rows.appendColumn(line[name]?.string) }
        number("raw_bytes")
        rows.appendColumn(status)
    }

    /// The rejects that a run which fails keeps, as rows of a copy.
    var keptRejects: [UInt8] { kept.withBytes { Array($0) } }

    /// Copies the rejects gathered so far.
    mutating func flushRejects() throws {
        guard rejects.count > 19 else { return }
        rejects.appendCopyTrailer()
        try Self.copy(rejects, connection)
        rejects.removeAll()
        rejects.appendCopyHeader()
    }

    /// Writes the rejects that a failed run kept.
    static func save(rejects: [UInt8], _ connection: Connection) throws {
        if rejects.isEmpty { return }
        var rows = ByteBuffer(capacity: rejects.count + 64)
        rows.appendCopyHeader()
        rejects.withUnsafeBytes { rows.append(contentsOf: $0) }
        rows.appendCopyTrailer()
        try copy(rows, connection)
    }

    private static func copy(_ rows: borrowing ByteBuffer, _ connection: Connection) throws {
        try connection.copyIn(
            """
            COPY retail_dw.etl_rejects (run, stage, line, byte_offset, code, field, detail, raw, raw_bytes, status)
            FROM STDIN (FORMAT binary)
            """
        )
        try rows.withBytes { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        try connection.finishCopy()
    }

    /// Writes the metrics as those of the attempt `job`.
    func saveMetrics(_ job: Int) throws { try Self.save(metrics, run: run, job: job, connection) }

    /// Writes `metric` lines of the attempt `job`, of rows that go, or went, into `table` where the line names none.
    static func save(
        _ metrics: [JSONValue], run: String, job: Int, table: String = "fact_sales", _ connection: Connection
    ) throws {
        guard !metrics.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO retail_dw.data_quality_metrics
                (table_name, metric_type, score, threshold, run, stage, gate, rule, column_name, segment, unit, n, bad,
                 warn, fail, status, job_id)
            SELECT coalesce(m ->> 'table', $3), coalesce(m ->> 'dimension', 'unknown'), (m ->> 'value')::numeric,
                   coalesce(m ->> 'fail', m ->> 'warn')::numeric, $2::uuid, coalesce(m ->> 'stage', 'unknown'),
                   m ->> 'gate', m ->> 'rule', m ->> 'column', m ->> 'segment',
                   coalesce(m ->> 'unit', CASE WHEN m ->> 'gate' IS NULL THEN 'number' ELSE 'share' END),
                   (m ->> 'n')::bigint, (m ->> 'bad')::bigint, (m ->> 'warn')::numeric, (m ->> 'fail')::numeric,
                   coalesce(m ->> 'status', 'pass'), $4::bigint
            FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e (m, place) ORDER BY place
            """, [JSONValue.array(metrics).text, run, table, String(job)])
    }

    /// Writes which column came from which, stage by stage from the source into the tables. What one row has as its
    /// target another has as its source, so that a chain of rows leads from every column back to the source, also past
    /// stages that leave the columns as they are.
    func saveLineage(_ open: StreamOpen, _ ledger: [StageLedger]) throws {
        let uri = open.source["uri"]?.string ?? "-"
        let rows = RunLineage(open: open.line, ledger: ledger).graph.edges.map { edge -> JSONValue in
            let from = edge.from.dataset == LineageColumn.source ? uri : edge.from.dataset
            return .array(
                [from, edge.to.dataset, edge.from.name, edge.to.name, edge.rule, edge.stage].map { .string($0) })
        }
        try connection.execute(
            """
            INSERT INTO retail_dw.data_lineage
                (source_table, target_table, etl_job_name, run, source_column, target_column, rule, stage)
            SELECT e ->> 0, e ->> 1, $2, $3::uuid, e ->> 2, e ->> 3, e ->> 4, e ->> 5
            FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS r (e, place) ORDER BY place
            """, [JSONValue.array(rows).text, open.job, run])
    }
}
