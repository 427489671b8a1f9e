public import RDAlert
import RDBytes
public import RDPostgres

/// The alerts that the warehouse keeps.
public struct AlertStore {
    let connection: Connection

    /// Those of a warehouse that has the schema.
    public init(_ connection: Connection) { self.connection = connection }

    /// What became of an alert that was raised.
    public struct Raised: Sendable {
        /// The trouble as it stands now.
        public let record: AlertRecord
        /// True where it was not there, or was over.
        public let isNew: Bool

        /// What the log says of it.
        public var notice: AlertNotice { AlertNotice(isNew ? .opened : .repeated, record) }
    }

    /// Counts an alert on the unresolved row of its trouble, or begins a new one; one statement, so that two at a time
    /// never make two rows. A run counts once. What comes late changes the count and not what the last alert says.
    public func raise(_ alert: Alert) throws -> Raised {
        let rows = try connection.execute(
            """
            WITH counted AS (
                INSERT INTO retail_dw.alert_runs (fingerprint, run) SELECT $1, $7::uuid WHERE $7 IS NOT NULL
                ON CONFLICT DO NOTHING RETURNING run
            )
            INSERT INTO retail_dw.quality_alerts AS a
                (fingerprint, kind, severity, job_name, subject, message, run, stage, value, threshold, first_seen,
                 last_seen, silenced_until, silenced_by, silence_reason)
            SELECT $1, $2, $3, $4, $5, $6, $7::uuid, $8, $9::numeric, $10::numeric, moment, moment,
                   s.silenced_until, s.silenced_by, s.silence_reason
            FROM to_timestamp($11::numeric / 1000) AS moment
            LEFT JOIN LATERAL (
                SELECT silenced_until, silenced_by, silence_reason FROM retail_dw.quality_alerts
                WHERE fingerprint = $1 AND silenced_until > now() ORDER BY alert_id DESC LIMIT 1
            ) AS s ON true
            ON CONFLICT (fingerprint) WHERE status <> 'resolved' DO UPDATE SET
                count = a.count + CASE WHEN $7 IS NULL AND a.kind <> 'missed_run' OR EXISTS (SELECT FROM counted)
                                       THEN 1 ELSE 0 END,
                first_seen = least(a.first_seen, excluded.first_seen),
                last_seen = greatest(a.last_seen, excluded.last_seen),
                status = CASE WHEN \(Self.rank("excluded.severity")) > \(Self.rank("a.severity"))
                              THEN 'open' ELSE a.status END,
                (severity, message, run, stage, value, threshold) =
                    (SELECT l.severity, l.message, l.run, l.stage, l.value, l.threshold
                     FROM (VALUES
                         (excluded.last_seen >= a.last_seen, excluded.severity, excluded.message, excluded.run,
                          excluded.stage, excluded.value, excluded.threshold),
                         (excluded.last_seen < a.last_seen, a.severity, a.message, a.run, a.stage, a.value,
                          a.threshold)) AS l (is_last, severity, message, run, stage, value, threshold)
                     WHERE l.is_last)
            RETURNING \(AlertRecord.columns), xmax = 0
            """,
            [
                alert.fingerprint, alert.kind.rawValue, alert.severity.rawValue, alert.job, alert.subject,
                alert.message, alert.run, alert.stage, alert.value, alert.threshold, String(alert.occurredAt),
            ])
        return Raised(
            record: try AlertRecord(rows, 0), isNew: rows[0, AlertRecord.columnCount] == "t")
    }

    /// Whether the run of an alert was counted for its trouble before.
    func isCounted(_ alert: Alert) throws -> Bool {
        let found = "SELECT count(*) > 0 FROM retail_dw.alert_runs WHERE fingerprint = $1 AND run = $2::uuid"
        return try connection.value(found, [alert.fingerprint, alert.run]) == "t"
    }

    /// Ends the trouble of a fingerprint at a moment, in milliseconds since 1970; nil where there is none to end, or
    /// where an alert of it came later.
    public func settle(_ fingerprint: String, at moment: Int64, note: String) throws -> AlertRecord? {
        try settle(fingerprint, at: moment, note: note, if: "true")
    }

    /// The same, where a condition on the row holds.
    func settle(
        _ fingerprint: String, at moment: Int64, note: String, if condition: String
    ) throws -> AlertRecord? {
        try change(
            """
            status = 'resolved', resolved_by = 'rd-alert', resolved_note = $2,
            resolved_at = to_timestamp($3::numeric / 1000)
            """,
            "fingerprint = $1 AND status <> 'resolved' AND last_seen <= to_timestamp($3::numeric / 1000) AND \(condition)",
            [fingerprint, note, String(moment)]
        ).first
    }

    /// The severities as numbers, from bad to worse.
    static func rank(_ column: String) -> String { "array_position('{info,warning,critical}'::text[], \(column))" }

    /// Updates alerts and gives them as they are then, in order.
    func change(_ set: String, _ condition: String, _ values: [String?]) throws -> [AlertRecord] {
        try AlertRecord.all(
            connection.execute(
                """
                WITH a AS (UPDATE retail_dw.quality_alerts SET \(set) WHERE \(condition) RETURNING *)
                SELECT \(AlertRecord.columns) FROM a ORDER BY a.alert_id
                """, values))
    }
}

extension AlertStore {
    /// Does all of `body` or nothing.
    public func transaction(_ body: () throws -> Void) throws { try connection.transaction(body) }

    /// Does all of `body` or nothing within a transaction, which goes on either way.
    public func savepoint(_ body: () throws -> Void) throws {
        try connection.execute("SAVEPOINT entry")
        do {
            try body()
        } catch {
            try connection.execute("ROLLBACK TO SAVEPOINT entry")
            throw error
        }
        try connection.execute("RELEASE SAVEPOINT entry")
    }
}
