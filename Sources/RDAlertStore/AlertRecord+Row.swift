import RDAlert
import RDBytes
import RDPostgres

extension AlertRecord {
    /// The columns of `quality_alerts AS a` that a record is read from.
    static let columns = columnList.joined(separator: ", ")
    static let columnCount = columnList.count

    private static let columnList =
        [
            "a.alert_id", "a.kind", "a.severity", "a.job_name", "a.subject", "a.message", "a.run", "a.stage",
            "a.value", "a.threshold", "a.status", "a.count",
        ]
        + ["first_seen", "last_seen", "acknowledged_at", "resolved_at", "silenced_until"].map {
            milliseconds("a.\($0)")
        }
        + [
            "a.acknowledged_by", "a.acknowledged_note", "a.resolved_by", "a.resolved_note", "a.silenced_by",
            "a.silence_reason", "round(extract(epoch FROM a.time_to_recover), 3)",
        ]

    /// A moment of the database in milliseconds since 1970.
    static func milliseconds(_ column: String) -> String { "floor(extract(epoch FROM \(column)) * 1000)::bigint" }

    /// Reads row `row` of an answer with those columns.
    init(_ rows: QueryResult, _ row: Int) throws {
        func text(_ column: Int) -> String { rows[row, column] ?? "" }
        func moment(_ column: Int) -> Int64? { rows[row, column].flatMap { Int64($0) } }
        guard let kind = AlertKind(rawValue: text(1)), let severity = AlertSeverity(rawValue: text(2)) else {
            throw RDError(.internalError, "alert \(text(0)) is of unknown kind or severity")
        }
        let alert = Alert(
            kind, severity, job: text(3), subject: text(4), message: text(5), run: rows[row, 6], stage: rows[row, 7],
            value: rows[row, 8], threshold: rows[row, 9], occurredAt: moment(13) ?? 0)
        self.init(alert, id: Int(text(0)))
        status = AlertStatus(rawValue: text(10)) ?? .open
        count = Int(text(11)) ?? 1
        firstSeen = moment(12) ?? 0
        lastSeen = moment(13) ?? 0
        acknowledged = Mark(at: moment(14), by: rows[row, 17], note: rows[row, 18])
        resolved = Mark(at: moment(15), by: rows[row, 19], note: rows[row, 20])
        silenced = Mark(at: moment(16), by: rows[row, 21], note: rows[row, 22])
        secondsToRecover = rows[row, 23]
    }

    /// All rows of an answer.
    static func all(_ rows: QueryResult) throws -> [AlertRecord] {
        try (0..<rows.rowCount).map { try AlertRecord(rows, $0) }
    }
}
