public import RDBytes
public import RDPostgres
public import RDQuality

/// The rules of the gate `warehouse`, held against the tables as they stand at one moment.
public struct WarehouseCheck {
    private let connection: Connection
    private let rules: [TableRule]

    /// The rules of the gate, those of `table` and those named `names` where they are given. A name that no rule has is
    /// exit 64, a rule that cannot be asked of the tables exit 78.
    public init(
        _ rules: QualityRules, table: String? = nil, names: [String] = [], _ connection: Connection
    ) throws(RDError) {
        let all = rules[.warehouse]
        for name in names where !all.contains(where: { $0.name == name }) {
            throw RDError(
                .usage, "the gate warehouse has no rule \(name)",
                remedy: "it has " + (all.isEmpty ? "none" : all.map(\.name).joined(separator: ", ")))
        }
        let chosen = all.filter { rule in
            (table == nil || rule.table == table) && (names.isEmpty || names.contains(rule.name))
        }
        guard !chosen.isEmpty else {
            throw RDError(
                .configuration, "the rules have none of the warehouse" + (table.map { " about \($0)" } ?? ""),
                remedy: "write some under gates: warehouse:")
        }
        self.connection = connection
        self.rules = try chosen.map { (rule) throws(RDError) in try TableRule(rule) }
    }

    /// Measures every rule, all on the same state of the tables.
    public func measure() throws -> [Measurement] {
        try connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        do {
            let found = try rules.flatMap { rule in
                let rows = try connection.execute(rule.count, rule.parameters)
                return (0..<rows.rowCount).map { row in
                    Measurement(
                        rule.rule, bad: Int(rows[row, 1] ?? "") ?? 0, of: Int(rows[row, 0] ?? "") ?? 0,
                        in: rule.part == nil ? nil : rows[row, 2])
                }
            }
            try connection.commit()
            return found
        } catch {
            _ = try? connection.execute("ROLLBACK")
            throw error
        }
    }

    /// Gives every row that is against a rule to `take`, one at a time, as it comes.
    public func eachBadRow(_ take: (JSONValue) throws -> Void) throws {
        for rule in rules {
            try connection.transaction {
                try connection.execute("DECLARE bad NO SCROLL CURSOR FOR \(rule.rows)", rule.parameters)
                while true {
                    let rows = try connection.execute("FETCH 1000 FROM bad")
                    for row in 0..<rows.rowCount { try take(Self.json(rows, row, rule)) }
                    if rows.rowCount < 1000 { break }
                }
                try connection.execute("CLOSE bad")
            }
        }
    }

    private static func json(_ rows: QueryResult, _ row: Int, _ rule: TableRule) throws -> JSONValue {
        func number(_ column: Int) -> JSONValue { rows[row, column].map { .number($0) } ?? .null }
        var json: JSONValue = ["rule": .string(rule.rule.name), "table": .string(rule.table)]
        if rule.part != nil { json["segment"] = .optional(rows[row, 6]) }
        let rest: [(String, JSONValue)] = [
            ("row", try JSONValue(parsing: rows[row, 0] ?? "null")),
            (
                "source",
                [
                    "version": number(1), "run": .optional(rows[row, 2]), "uri": .optional(rows[row, 3]),
                    "sha256": .optional(rows[row, 4]), "line": number(5),
                ]
            ),
        ]
        for (name, value) in rest { json[name] = value }
        return json
    }

    /// Writes the measurements as those of a run of their own, of kind check, in one transaction.
    public func save(_ measurements: [Measurement], run: String, job: String, milliseconds: Int) throws {
        let failure = Measurement.failure(measurements, .warehouse)
        let flaws = measurements.count { $0.status != .pass }
        let detail = failure?.message ?? "\(measurements.count) rules checked, \(flaws) of them out of bounds"
        let rows: Int =
            Dictionary(grouping: measurements, by: \.rule.name).values.map { $0.reduce(0) { $0 + $1.rows } }.max() ?? 0
        let code: ExitCode = failure?.exitCode ?? .done
        try connection.transaction {
            let row = try connection.value(
                """
                INSERT INTO retail_dw.etl_job_runs
                    (job_name, kind, status, records_processed, duration, run, stream, detail, exit_code, code)
                SELECT $1, 'check', $2, $3::bigint, $4::numeric / 1000, $5::uuid,
                       jsonb_build_object('checked_version', (SELECT max(version_number) FROM retail_dw.data_versions)),
                       $6, $7::integer, $8
                RETURNING job_id
                """,
                [
                    job, failure == nil ? "success" : "failed", String(rows), String(milliseconds), run, detail,
                    String(code.rawValue), failure?.abortCode,
                ])
            try RunRecorder.save(
                measurements.map { $0.json(stage: "check", gate: .warehouse) }, run: run,
                job: row.flatMap { Int($0) } ?? 0, connection)
        }
    }
}

extension Measurement {
    /// The rows that were measured, of completeness too, which counts cells.
    fileprivate var rows: Int {
        guard rule.dimension == .completeness else { return n }
        return n / max(rule.columns.isEmpty ? WarehouseTable.columns(rule.table).count : rule.columns.count, 1)
    }
}
