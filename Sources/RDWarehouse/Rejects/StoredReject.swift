public import RDBytes
public import RDPostgres

/// A row that was set aside, as `etl_rejects` has it.
public struct StoredReject: Sendable {
    /// Its identity.
    public let id: Int
    /// The run and the stage that set it aside.
    public let run: String
    /// The stage.
    public let stage: String
    /// The line of the source; nil where it is not known.
    public let line: Int?
    /// Bytes from the start of the source; nil where they are not known.
    public let offset: Int?
    /// Why, as a code.
    public let code: String
    /// The column at fault.
    public let field: String?
    /// Why, in words.
    public let detail: String?
    /// What the row held.
    public let raw: String?
    /// The size of the row where `raw` is only its head.
    public let rawBytes: Int?
    /// open, resolved, superseded, rolled_back or not_loaded.
    public let status: String
    /// The run that retried it.
    public let resolvedBy: String?
    /// The reject that this one supersedes.
    public let retryOf: Int?
    /// The version that its run made, and what it read.
    public let version: Int?
    /// What its run read.
    public let source: String?

    /// As one object.
    public var json: JSONValue {
        [
            "id": .integer(id), "status": .string(status), "code": .string(code), "stage": .string(stage),
            "line": line.map { .integer($0) } ?? .null, "offset": offset.map { .integer($0) } ?? .null,
            "field": .optional(field), "detail": .optional(detail), "raw": .optional(raw),
            "raw_bytes": rawBytes.map { .integer($0) } ?? .null, "run": .string(run),
            "version": version.map { .integer($0) } ?? .null, "source": .optional(source),
            "resolved_by": .optional(resolvedBy), "retry_of": retryOf.map { .integer($0) } ?? .null,
        ]
    }
}

/// Which rejects are asked for.
public struct RejectFilter: Sendable {
    /// Their code.
    public var code: String?
    /// The beginning of their run's identity.
    public var run: String?
    /// What their run read.
    public var source: String?
    /// Their statuses; none for any.
    public var statuses: [String]
    /// Their identities; none for any.
    public var ids: [Int] = []

    /// Open rejects.
    public init() { statuses = ["open"] }

    fileprivate static let condition = """
        ($1::text IS NULL OR e.code = $1) AND ($2::text IS NULL OR starts_with(e.run::text, $2))
        AND ($3::text IS NULL OR coalesce(v.source_uri, f.uri) = $3)
        AND ($4::text[] IS NULL OR e.status = ANY ($4::text[]))
        AND ($5::bigint[] IS NULL OR e.reject_id = ANY ($5::bigint[]))
        """

    /// The rejects with the version that their run made, or of a run that failed with what it read. A stream that was
    /// loaded under its own run after that has a version, of which these rejects are not.
    fileprivate static let table = """
        retail_dw.etl_rejects AS e
        LEFT JOIN retail_dw.data_versions AS v ON v.run = e.run AND e.status <> 'not_loaded'
        LEFT JOIN LATERAL (
            SELECT r.stream->'source'->>'uri' AS uri FROM retail_dw.etl_job_runs AS r
            WHERE e.status = 'not_loaded' AND r.run = e.run ORDER BY r.job_id LIMIT 1
        ) AS f ON true
        """

    fileprivate var parameters: [String?] {
        let list = statuses.isEmpty ? nil : "{" + statuses.joined(separator: ",") + "}"
        return [code, run, source, list, ids.isEmpty ? nil : "{" + ids.map(String.init).joined(separator: ",") + "}"]
    }
}

/// Reads the rejects of a warehouse.
public struct RejectStore {
    private let connection: Connection

    /// Rejects of the warehouse in the database of `connection`.
    public init(_ connection: Connection) { self.connection = connection }

    /// How many there are by run, stage, code and status, as objects; the latest run first.
    public func counts(_ filter: RejectFilter) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT e.run, v.version_number, coalesce(v.source_uri, f.uri), e.stage, e.code, e.status, count(*),
                   min(e.reject_id), max(e.reject_id), min(e.line), max(e.line)
            FROM \(RejectFilter.table)
            WHERE \(RejectFilter.condition)
            GROUP BY e.run, v.version_number, coalesce(v.source_uri, f.uri), e.stage, e.code, e.status
            ORDER BY v.version_number DESC, e.run DESC, e.stage, count(*) DESC, e.code, e.status
            """, filter.parameters)
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> JSONValue { rows[row, column].map { .number($0) } ?? .null }
            return [
                "run": .optional(rows[row, 0]), "version": number(1), "source": .optional(rows[row, 2]),
                "stage": .optional(rows[row, 3]), "code": .optional(rows[row, 4]), "status": .optional(rows[row, 5]),
                "count": number(6), "first_id": number(7), "last_id": number(8), "first_line": number(9),
                "last_line": number(10),
            ]
        }
    }

    /// The rejects themselves, in the order in which they were set aside, at most `limit`.
    public func all(_ filter: RejectFilter, limit: Int) throws -> [StoredReject] {
        let rows = try connection.execute(
            """
            SELECT e.reject_id, e.run, e.stage, e.line, e.byte_offset, e.code, e.field, e.detail, e.raw, e.raw_bytes,
                   e.status, e.resolved_by, e.retry_of, v.version_number, coalesce(v.source_uri, f.uri)
            FROM \(RejectFilter.table)
            WHERE \(RejectFilter.condition)
            ORDER BY e.reject_id LIMIT \(limit)
            """, filter.parameters)
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> Int? { rows[row, column].flatMap { Int($0) } }
            return StoredReject(
                id: number(0) ?? 0, run: rows[row, 1] ?? "", stage: rows[row, 2] ?? "", line: number(3),
                offset: number(4), code: rows[row, 5] ?? "", field: rows[row, 6], detail: rows[row, 7],
                raw: rows[row, 8], rawBytes: number(9), status: rows[row, 10] ?? "", resolvedBy: rows[row, 11],
                retryOf: number(12), version: number(13), source: rows[row, 14])
        }
    }

    /// The stream's `open` line of a run that made a version, its source completed by what was only known in the end.
    public func open(of run: String) throws -> JSONValue? {
        let rows = try connection.execute(
            """
            SELECT r.stream, v.source_sha256, v.source_bytes
            FROM retail_dw.etl_job_runs AS r JOIN retail_dw.data_versions AS v USING (version_id)
            WHERE r.run = $1::uuid AND r.kind = 'load'
            """, [run])
        guard rows.rowCount == 1 else { return nil }
        var open = try JSONValue(parsing: rows[0, 0] ?? "null")
        guard var source = open["source"] else { return nil }
        if let hash = rows[0, 1] { source["sha256"] = .string(hash) }
        if let bytes = rows[0, 2] { source["bytes"] = .number(bytes) }
        open["source"] = source
        return open
    }

    /// The load that made the version of a run.
    private static func load(_ run: String) -> String {
        "(SELECT job_id FROM retail_dw.etl_job_runs WHERE run = \(run)::uuid AND version_id IS NOT NULL AND kind = 'load')"
    }

    /// The figures of the stages of a run beside those of the run that retried its rejects, rule by rule.
    public func scores(_ run: String, retriedBy retry: String) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT a.gate, a.rule, a.metric_type, a.column_name, a.unit, b.score, b.n, b.bad, a.score, a.n, a.bad
            FROM retail_dw.data_quality_metrics AS a
            JOIN retail_dw.data_quality_metrics AS b
                ON b.job_id = \(Self.load("$1")) AND b.gate = a.gate AND b.rule = a.rule AND b.stage = a.stage
                AND b.segment IS NOT DISTINCT FROM a.segment
            WHERE a.job_id = \(Self.load("$2")) AND a.segment IS NULL
            ORDER BY a.metric_id
            """, [run, retry])
        return (0..<rows.rowCount).map { row in
            func number(_ column: Int) -> JSONValue { rows[row, column].map { .number($0) } ?? .null }
            func score(_ first: Int) -> JSONValue {
                ["value": number(first), "n": number(first + 1), "bad": number(first + 2)]
            }
            return [
                "gate": .optional(rows[row, 0]), "rule": .optional(rows[row, 1]), "dimension": .optional(rows[row, 2]),
                "column": .optional(rows[row, 3]), "unit": .optional(rows[row, 4]), "then": score(5), "now": score(8),
            ]
        }
    }
}
