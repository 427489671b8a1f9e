public import RDBytes
public import RDPostgres
public import RDRecord

/// A row of `etl_job_runs` with the version that it made.
public struct StoredRun: Sendable {
    /// The run.
    public let run: String
    /// The job.
    public let job: String
    /// `success` or `failed`.
    public let status: String
    /// What the load ended with; 0 where it was committed.
    public let exitCode: Int
    /// What is worth saying about it; of a failed run, why.
    public let detail: String?
    /// When it began, in milliseconds since 1970.
    public let began: Int64
    /// Milliseconds from its first line to the commit.
    public let milliseconds: Int
    /// The number of the version; nil where it made none.
    public let version: Int?
    /// SHA-256 of what was read, also where the `open` line did not have it yet.
    public let sha256: String?
    /// Its size in bytes, likewise.
    public let bytes: Int?
    /// Facts new, changed and as they were.
    public let facts: (inserted: Int, updated: Int, unchanged: Int)
    /// The stream's `open` line.
    public let open: JSONValue
    /// Each stage's account.
    public let ledger: [StageLedger]
    /// What was measured, in the form of `metric` lines.
    public var quality: [JSONValue] = []

    /// What its stages did.
    public var lineage: RunLineage { RunLineage(open: open, ledger: ledger) }
}

/// Reads runs from the warehouse.
public struct RunStore {
    private let connection: Connection

    /// Runs of the warehouse in the database of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    private static let columns = """
        r.run, r.job_name, r.status, r.detail, (extract(epoch FROM r.created_at) * 1000)::bigint,
        (r.duration * 1000)::bigint, v.version_number, v.source_sha256, v.source_bytes, v.inserted, v.updated,
        v.unchanged, r.stream, r.ledger, r.exit_code
        FROM retail_dw.etl_job_runs AS r LEFT JOIN retail_dw.data_versions AS v USING (version_id)
        """

    /// The run that `name` picks: a run's identity or its beginning, `vN` for the run that made version N, or nil for
    /// the latest, with `committed` the latest that made a version. None, or more than one, is exit 66.
    public func run(_ name: String?, committed: Bool = false) throws -> StoredRun {
        guard let name, name != "latest" else {
            let rows = try connection.execute(
                "SELECT \(Self.columns) WHERE r.kind NOT IN ('check', 'chain') \(committed ? "AND r.version_id IS NOT NULL" : "") ORDER BY r.job_id DESC LIMIT 1"
            )
            guard rows.rowCount == 1 else {
                throw RDError(.noInput, "the warehouse has no run yet", remedy: "load something first: rd-load")
            }
            return try Self.stored(rows, 0)
        }
        let isVersion = name.first == "v" && Int(name.dropFirst()) != nil
        let rows = try connection.execute(
            "SELECT \(Self.columns) WHERE \(isVersion ? "v.version_number = $1::bigint" : "r.run::text LIKE $1 || '%'") ORDER BY r.job_id DESC LIMIT 4",
            [isVersion ? String(name.dropFirst()) : Self.pattern(name)])
        let runs = try (0..<rows.rowCount).map { try Self.stored(rows, $0) }
        guard let first = runs.first else {
            throw RDError(
                .noInput, "there is no run \(name)",
                remedy: "name a run by its identity, the beginning of one, or the version it made as v1")
        }
        guard runs.allSatisfy({ $0.run == first.run }) else {
            throw RDError(.noInput, "\(name) begins several runs: \(runs.map(\.run).joined(separator: ", "))")
        }
        return first
    }

    /// True where the history has a run of this identity.
    public func isKnown(_ run: String) throws -> Bool {
        try connection.value("SELECT EXISTS (SELECT FROM retail_dw.etl_job_runs WHERE run = $1::uuid)", [run]) == "t"
    }

    /// A run's identity is digits, letters and dashes; whatever else is there cannot match.
    private static func pattern(_ name: String) -> String {
        name.lowercased().replacing("\\", with: "?").replacing("%", with: "?").replacing("_", with: "?")
    }

    private static func stored(_ rows: QueryResult, _ row: Int) throws -> StoredRun {
        func number(_ column: Int) -> Int? { rows[row, column].flatMap { Int($0) } }
        let open = try JSONValue(parsing: rows[row, 12] ?? "null")
        let ledger = try JSONValue(parsing: rows[row, 13] ?? "null")
        return StoredRun(
            run: rows[row, 0] ?? "", job: rows[row, 1] ?? "", status: rows[row, 2] ?? "", exitCode: number(14) ?? 0,
            detail: rows[row, 3],
            began: Int64(number(4) ?? 0), milliseconds: number(5) ?? 0, version: number(6),
            sha256: rows[row, 7] ?? open["source"]?["sha256"]?.string,
            bytes: number(8) ?? open["source"]?["bytes"]?.integer,
            facts: (number(9) ?? 0, number(10) ?? 0, number(11) ?? 0), open: open,
            ledger: (ledger.array ?? []).compactMap(StageLedger.init))
    }

    /// What was measured in the run, in the form of `metric` lines.
    public func quality(of run: String) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT stage, gate, metric_type, column_name, score, n, fail, status, rule, unit, bad, warn, segment
            FROM retail_dw.data_quality_metrics
            WHERE job_id = (SELECT max(job_id) FROM retail_dw.etl_job_runs WHERE run = $1::uuid AND kind NOT IN ('check', 'chain'))
            ORDER BY metric_id
            """, [run])
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> JSONValue { rows[row, column].map { .number($0) } ?? .null }
            return [
                "stage": .optional(rows[row, 0]), "gate": .optional(rows[row, 1]), "dimension": .optional(rows[row, 2]),
                "column": .optional(rows[row, 3]), "value": number(4), "n": number(5), "warn": number(11),
                "fail": number(6), "status": .optional(rows[row, 7]), "rule": .optional(rows[row, 8]),
                "unit": .optional(rows[row, 9]), "bad": number(10), "segment": .optional(rows[row, 12]),
            ]
        }
    }
}
