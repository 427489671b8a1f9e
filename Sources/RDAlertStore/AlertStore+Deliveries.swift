public import RDAlert
public import RDBytes
import RDPostgres

extension AlertStore {
    /// Takes the notices that `channel` should get and no other process is giving it, the worst first. Whoever takes them
    /// has to tell with `delivered` or `failed` what became of each; if it dies, they are taken again after `seconds`.
    /// - Parameter ownAlert: the fingerprint of the channel's own failure, which it is not told of.
    public func claim(_ channel: ChannelSettings, seconds: Int, ownAlert: String, limit: Int) throws -> [AlertNotice] {
        let rows = try connection.execute(
            """
            WITH due AS (
                SELECT a.alert_id, \(Self.dueEvent) AS event
                FROM retail_dw.quality_alerts AS a
                LEFT JOIN retail_dw.alert_deliveries AS d ON d.alert_id = a.alert_id AND d.channel = $1
                WHERE a.fingerprint <> $2 AND a.kind = ANY ($3::text[])
                  AND (a.status <> 'resolved' OR a.resolved_at > now() - interval '30 days')
                  AND (d.claimed_until IS NULL OR d.claimed_until < now())
            ), claimed AS (
                INSERT INTO retail_dw.alert_deliveries AS d (alert_id, channel, claimed_until)
                SELECT alert_id, $1, now() + make_interval(secs => $4::integer)
                FROM due JOIN retail_dw.quality_alerts AS a USING (alert_id)
                WHERE event IS NOT NULL
                ORDER BY \(Self.rank("a.severity")) DESC, a.first_seen, alert_id LIMIT $8::integer
                ON CONFLICT (alert_id, channel) DO UPDATE SET claimed_until = excluded.claimed_until
                    WHERE d.claimed_until IS NULL OR d.claimed_until < now()
                RETURNING d.alert_id
            )
            SELECT \(AlertRecord.columns), due.event
            FROM claimed JOIN due USING (alert_id) JOIN retail_dw.quality_alerts AS a USING (alert_id)
            ORDER BY \(Self.rank("a.severity")) DESC, a.first_seen, a.alert_id
            """,
            [
                channel.name, ownAlert, "{" + channel.kinds.map(\.rawValue).joined(separator: ",") + "}",
                String(seconds), channel.severity.rawValue, String(channel.remind),
                channel.tellsResolved ? "t" : "f", String(limit),
            ])
        return try (0..<rows.rowCount).compactMap { row in
            guard let event = rows[row, AlertRecord.columnCount].flatMap({ AlertEvent(rawValue: $0) }) else {
                return nil
            }
            return AlertNotice(event, try AlertRecord(rows, row))
        }
    }

    /// What a channel should be told of an alert, by what it was told last; null for nothing.
    private static let dueEvent = """
        CASE WHEN a.status = 'resolved' THEN
                 CASE WHEN $7::boolean AND d.told_at IS NOT NULL AND d.event <> 'resolved' THEN 'resolved' END
             WHEN a.silenced_until > now() OR \(rank("a.severity")) < \(rank("$5::text")) THEN NULL
             WHEN d.told_at IS NULL THEN CASE WHEN a.status = 'open' THEN 'opened' END
             WHEN \(rank("a.severity")) > \(rank("d.severity")) THEN 'escalated'
             WHEN a.status = 'open' AND $6::integer > 0 AND d.told_at <= now() - make_interval(secs => $6::integer)
                 THEN 'reminder'
        END
        """

    /// The channel was told.
    public func delivered(_ notice: AlertNotice, to channel: ChannelSettings) throws {
        try connection.execute(
            """
            INSERT INTO retail_dw.alert_deliveries AS d (alert_id, channel, event, severity, told_at)
            VALUES ($1::bigint, $2, $3, $4, now())
            ON CONFLICT (alert_id, channel) DO UPDATE SET event = excluded.event, severity = excluded.severity,
                told_at = now(), failures = 0, failed_at = NULL, error = NULL, claimed_until = NULL
            """,
            [
                notice.record.id.map { String($0) }, channel.name, notice.event.rawValue,
                notice.record.alert.severity.rawValue,
            ])
    }

    /// The channel could not be told; with no error it was not tried. It is taken again at the next look.
    public func failed(_ notice: AlertNotice, to channel: ChannelSettings, error: String?) throws {
        try connection.execute(
            """
            UPDATE retail_dw.alert_deliveries SET claimed_until = NULL,
                failures = failures + CASE WHEN $3::text IS NULL THEN 0 ELSE 1 END,
                failed_at = CASE WHEN $3::text IS NULL THEN failed_at ELSE now() END, error = coalesce($3, error)
            WHERE alert_id = $1::bigint AND channel = $2
            """, [notice.record.id.map { String($0) }, channel.name, error])
    }

    /// What each channel was told of an alert.
    public func deliveries(of id: Int) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT channel, event, severity, \(AlertRecord.milliseconds("told_at")), failures,
                   \(AlertRecord.milliseconds("failed_at")), error
            FROM retail_dw.alert_deliveries WHERE alert_id = $1::bigint ORDER BY channel
            """, [String(id)])
        func moment(_ text: String?) -> JSONValue { .optional(text.flatMap { Int64($0) }.map(momentText)) }
        return (0..<rows.rowCount).map { row in
            [
                "channel": .optional(rows[row, 0]), "event": .optional(rows[row, 1]),
                "severity": .optional(rows[row, 2]), "told_at": moment(rows[row, 3]),
                "failures": .number(rows[row, 4] ?? "0"), "failed_at": moment(rows[row, 5]),
                "error": .optional(rows[row, 6]),
            ]
        }
    }
}
