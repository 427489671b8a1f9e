public import RDAlert
import RDBytes
import RDPostgres

extension AlertStore {
    /// Which alerts to list.
    public struct Filter: Sendable {
        /// Of these states; of all where there is none.
        public var statuses: [AlertStatus] = []
        /// Of this kind.
        public var kind: AlertKind?
        /// At least so bad.
        public var severity: AlertSeverity?
        /// Of this job.
        public var job: String?
        /// Of this subject.
        public var subject: String?
        /// Last seen at or after this moment, in milliseconds since 1970.
        public var since: Int64?
        /// At most so many.
        public var limit = 1000

        /// All that there are.
        public init() {}
    }

    /// Alerts, those that are not over first, then the worse, then the later ones.
    public func list(_ filter: Filter) throws -> [AlertRecord] {
        try AlertRecord.all(
            connection.execute(
                """
                SELECT \(AlertRecord.columns) FROM retail_dw.quality_alerts AS a
                WHERE ($1::text[] = '{}' OR a.status = ANY ($1::text[])) AND ($2::text IS NULL OR a.kind = $2)
                  AND ($3::text IS NULL OR \(Self.rank("a.severity")) >= \(Self.rank("$3::text")))
                  AND ($4::text IS NULL OR a.job_name = $4) AND ($5::text IS NULL OR a.subject = $5)
                  AND ($6::bigint IS NULL OR a.last_seen >= to_timestamp($6::numeric / 1000))
                ORDER BY a.status = 'resolved', \(Self.rank("a.severity")) DESC, a.last_seen DESC, a.alert_id DESC
                LIMIT $7::bigint
                """,
                [
                    "{" + filter.statuses.map(\.rawValue).joined(separator: ",") + "}", filter.kind?.rawValue,
                    filter.severity?.rawValue, filter.job, filter.subject, filter.since.map { String($0) },
                    String(filter.limit),
                ]))
    }

    /// The alert of a number or of a fingerprint; of several with that fingerprint the last. None is exit 66.
    public func find(_ name: String) throws -> AlertRecord {
        let isFingerprint = name.utf8.count == 16 && name.utf8.allSatisfy(Self.isHexadecimal)
        guard isFingerprint || Int(name) ?? 0 > 0 else {
            throw RDError(.usage, "'\(name)' is neither the number of an alert nor a fingerprint")
        }
        let condition = isFingerprint ? "a.fingerprint = $1" : "a.alert_id = $1::bigint"
        let rows = try connection.execute(
            """
            SELECT \(AlertRecord.columns) FROM retail_dw.quality_alerts AS a
            WHERE \(condition) ORDER BY a.alert_id DESC LIMIT 1
            """, [name])
        guard rows.rowCount == 1 else {
            throw RDError(.noInput, "there is no alert \(name)", remedy: "see: rd-alert list --status all")
        }
        return try AlertRecord(rows, 0)
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
    }

    /// Notes that somebody knows of alerts; those that are over stay what they are, and are not given.
    public func acknowledge(_ ids: [Int], by person: String, note: String?) throws -> [AlertRecord] {
        try change(
            "status = 'acknowledged', acknowledged_at = now(), acknowledged_by = $2, acknowledged_note = $3",
            "alert_id = ANY ($1::bigint[]) AND status <> 'resolved'", [Self.list(ids), person, note])
    }

    /// Ends alerts by hand; those that are over stay what they are, and are not given.
    public func resolve(_ ids: [Int], by person: String, note: String?) throws -> [AlertRecord] {
        try change(
            """
            status = 'resolved', resolved_at = greatest(last_seen, now()), resolved_by = $2, resolved_note = $3
            """, "alert_id = ANY ($1::bigint[]) AND status <> 'resolved'", [Self.list(ids), person, note])
    }

    /// Lets nobody be told of alerts until a moment, in milliseconds since 1970; nil takes that back.
    public func silence(_ ids: [Int], until moment: Int64?, by person: String, reason: String?) throws -> [AlertRecord]
    {
        try change(
            """
            silenced_until = to_timestamp($2::numeric / 1000),
            silenced_by = CASE WHEN $2::numeric IS NOT NULL THEN $3::text END,
            silence_reason = CASE WHEN $2::numeric IS NOT NULL THEN $4::text END
            """, "alert_id = ANY ($1::bigint[])", [Self.list(ids), moment.map { String($0) }, person, reason])
    }

    static func list(_ ids: [Int]) -> String { "{" + ids.map { String($0) }.joined(separator: ",") + "}" }
}
