import RDBytes
import RDLineage
import RDPostgres
import RDRecord

/// Gathers what a run says about itself and its data, and writes it into the warehouse.
struct RunRecorder: ~Copyable {
    private let connection: Connection
    private let run: String
    private var rejects = ByteBuffer(capacity: 1 << 12)
    /// The `metric` lines of all stages.
    private(set) var metrics: [JSONValue] = []
    /// Rejects by stage and code.
    private(set) var rejected: [(stage: String, code: String, count: Int)] = []
    private static let rejectLimit = 1 << 20

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
        if let place = rejected.firstIndex(where: { $0.stage == stage && $0.code == code }) {
            rejected[place].count += 1
        } else {
            rejected.append((stage, code, 1))
        }
        rejects.appendRow(columns: 9)
        rejects.appendColumn(uuid: run)
        rejects.appendColumn(stage)
        for name in ["line", "offset"] {
            if let value = line[name]?.integer { rejects.appendColumn(Int64(value)) } else { rejects.appendNull() }
        }
        rejects.appendColumn(code)
        for name in ["field", "detail", "raw"] { rejects.appendColumn(line[name]?.string) }
        if let size = line["raw_bytes"]?.integer { rejects.appendColumn(Int64(size)) } else { rejects.appendNull() }
    }

    /// Copies the rejects gathered so far.
    mutating func flushRejects() throws {
        guard rejects.count > 19 else { return }
        rejects.appendCopyTrailer()
        try connection.copyIn(
            """
            COPY retail_dw.etl_rejects (run, stage, line, byte_offset, code, field, detail, raw, raw_bytes)
            FROM STDIN (FORMAT binary)
            """
        )
        try rejects.withBytes { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        try connection.finishCopy()
        rejects.removeAll()
        rejects.appendCopyHeader()
    }

    /// Writes the metrics.
    func saveMetrics() throws { try Self.save(metrics, run: run, connection) }

    /// Writes `metric` lines of rows that go, or went, into `table` where the line names none.
    static func save(_ metrics: [JSONValue], run: String, table: String = "fact_sales", _ connection: Connection) throws
    {
        guard !metrics.isEmpty else { return }
        try connection.execute(
            """
            INSERT INTO retail_dw.data_quality_metrics
                (table_name, metric_type, score, threshold, run, stage, gate, rule, column_name, segment, unit, n, bad,
                 warn, fail, status)
            SELECT coalesce(m ->> 'table', $3), coalesce(m ->> 'dimension', 'unknown'), (m ->> 'value')::numeric,
                   coalesce(m ->> 'fail', m ->> 'warn')::numeric, $2::uuid, coalesce(m ->> 'stage', 'unknown'),
                   m ->> 'gate', m ->> 'rule', m ->> 'column', m ->> 'segment',
                   coalesce(m ->> 'unit', CASE WHEN m ->> 'gate' IS NULL THEN 'number' ELSE 'share' END),
                   (m ->> 'n')::bigint, (m ->> 'bad')::bigint, (m ->> 'warn')::numeric, (m ->> 'fail')::numeric,
                   coalesce(m ->> 'status', 'pass')
            FROM jsonb_array_elements($1::jsonb) WITH ORDINALITY AS e (m, place) ORDER BY place
            """, [JSONValue.array(metrics).text, run, table])
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
