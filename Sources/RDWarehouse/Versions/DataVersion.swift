public import RDBytes
public import RDPostgres

/// A version of the warehouse: a row of `data_versions`, with the names that people gave it.
public struct DataVersion: Equatable, Sendable {
    /// The number that people use, from 1.
    public let number: Int
    /// Its key, which rows of the warehouse carry.
    let identifier: Int
    /// `load`, `rollback`, `restore` or `retention`.
    public let kind: String
    /// `committed` where its effect is in the present state, else `rolled_back`.
    public let status: String
    /// The number of the version whose state it brought back; nil where it did not.
    public let restores: Int?
    /// The run that made it, and the run's job.
    public let run: String
    /// The job of that run.
    public let job: String
    /// When, in ISO 8601 UTC.
    public let createdAt: String
    /// How many facts it brought, and what became of them.
    public let facts: Facts
    /// Net money in the warehouse before it, as an exact decimal.
    public let moneyBefore: String
    /// The same after it.
    public let moneyAfter: String
    /// What was read.
    public let source: Source
    /// `kept` where the state at this version can be asked for, else `pruned` or `archived`.
    public let history: String
    /// The folder of an archived version.
    public let archive: String?
    /// Its tags, in order.
    public let tags: [String]

    /// Counts of facts.
    public struct Facts: Equatable, Sendable {
        /// Facts that were brought.
        public let records: Int
        /// Those that were new.
        public let inserted: Int
        /// Those that were there and changed.
        public let updated: Int
        /// Those that were there as they are.
        public let unchanged: Int
        /// Facts that were taken out.
        public let removed: Int
        /// Facts of before that now belong to another version of their customer.
        public let moved: Int
        /// Their net money, as an exact decimal.
        public let moneyMoved: String
    }

    /// What a load read; nothing of it for other kinds.
    public struct Source: Equatable, Sendable {
        /// Where it was.
        public let uri: String?
        /// SHA-256 in hexadecimal.
        public let sha256: String?
        /// Size in bytes.
        public let bytes: Int?
        /// True where a stream without its end was loaded on purpose.
        public let isPartial: Bool
        /// True where the stream had no open line of its own.
        public let isBare: Bool
        /// True where a program that is none of the suite's stood between two filters: what was loaded need not be all
        /// of the source, or as it is.
        public let isOpaque: Bool
    }

    /// True where the state at this version can be asked for.
    public var isKept: Bool { history == "kept" }

    /// One object.
    public var json: JSONValue {
        [
            "version": .integer(number), "kind": .string(kind), "status": .string(status),
            "created_at": .string(createdAt), "run": .string(run), "job": .string(job),
            "restores": restores.map { .integer($0) } ?? .null, "records": .integer(facts.records),
            "inserted": .integer(facts.inserted), "updated": .integer(facts.updated),
            "unchanged": .integer(facts.unchanged), "removed": .integer(facts.removed),
            "moved": ["facts": .integer(facts.moved), "net_amount": .string(facts.moneyMoved)],
            "money_before": .string(moneyBefore), "money_after": .string(moneyAfter),
            "source": [
                "uri": .optional(source.uri), "sha256": .optional(source.sha256),
                "bytes": source.bytes.map { .integer($0) } ?? .null, "partial": .bool(source.isPartial),
                "bare": .bool(source.isBare), "opaque": .bool(source.isOpaque),
            ],
            "history": .string(history), "archive": .optional(archive), "tags": .array(tags.map { .string($0) }),
        ]
    }
}

extension DataVersion {
    private static let query = """
        SELECT v.version_number, v.version_id, v.kind, v.status, o.version_number, v.run, v.job_name,
               to_char(v.created_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), v.records_count, v.inserted,
               v.updated, v.unchanged, v.removed, v.facts_moved, v.money_moved, v.money_before, v.money_after,
               v.source_uri, v.source_sha256, v.source_bytes, v.is_partial, v.is_bare, v.history, v.archive_uri,
               (SELECT string_agg(t.tag, ' ' ORDER BY t.tag) FROM retail_dw.data_version_tags AS t
                WHERE t.version_id = v.version_id), v.is_opaque
        FROM retail_dw.data_versions AS v
        LEFT JOIN retail_dw.data_versions AS o ON o.version_id = v.restores_version_id
        """

    /// All versions, the first one first.
    public static func all(_ connection: Connection) throws -> [DataVersion] {
        let rows = try connection.execute("\(query) ORDER BY v.version_number")
        return (0..<rows.rowCount).map { DataVersion(rows, $0) }
    }

    /// The latest version; nil where nothing was loaded yet.
    public static func latest(_ connection: Connection) throws -> DataVersion? {
        let rows = try connection.execute("\(query) ORDER BY v.version_number DESC LIMIT 1")
        return rows.rowCount > 0 ? DataVersion(rows, 0) : nil
    }

    /// The version of this number. One that is not there is exit 65.
    public static func find(_ number: Int, _ connection: Connection) throws -> DataVersion {
        let rows = try connection.execute("\(query) WHERE v.version_number = $1::bigint", [String(number)])
        if rows.rowCount > 0 { return DataVersion(rows, 0) }
        guard let latest = try latest(connection) else { throw nothingLoaded }
        throw RDError(
            .data, "there is no version \(number)",
            remedy: number < 1 ? "the first version is 1" : "the latest is \(latest.number)")
    }

    static var nothingLoaded: RDError {
        RDError(.data, "the warehouse has no versions yet", remedy: "load something first")
    }

    /// Throws where the state at this version cannot be asked for any more: exit 65.
    func requireHistory() throws(RDError) {
        guard !isKept else { return }
        throw RDError(
            .data, "the history of version \(number) was \(history)",
            remedy: archive.map { "bring it back with: rd-version restore \($0)" }
                ?? "choose a version whose history is kept")
    }

    private init(_ rows: QueryResult, _ row: Int) {
        func text(_ column: Int) -> String { rows[row, column] ?? "" }
        number = rows.count(row, 0)
        identifier = rows.count(row, 1)
        kind = text(2)
        status = text(3)
        restores = rows[row, 4].flatMap { Int($0) }
        run = text(5)
        job = text(6)
        createdAt = text(7)
        facts = Facts(
            records: rows.count(row, 8), inserted: rows.count(row, 9), updated: rows.count(row, 10),
            unchanged: rows.count(row, 11), removed: rows.count(row, 12), moved: rows.count(row, 13),
            moneyMoved: text(14))
        moneyBefore = text(15)
        moneyAfter = text(16)
        source = Source(
            uri: rows[row, 17], sha256: rows[row, 18], bytes: rows[row, 19].flatMap { Int($0) },
            isPartial: text(20) == "t", isBare: text(21) == "t", isOpaque: text(25) == "t")
        history = text(22)
        archive = rows[row, 23]
        tags = text(24).split(separator: " ").map { String($0) }
    }
}
