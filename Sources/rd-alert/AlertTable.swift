import RDAlert
import RDBytes
import RDFilter
import RDSchedule

extension AlertNotice {
    /// What happened, in one line for people.
    var account: String {
        let name = record.id.map { "alert \($0)" } ?? "an alert without a number"
        let what =
            switch event {
            case .opened: "opened"
            case .repeated: "came again, \(record.count) times in all"
            case .acknowledged: "acknowledged by \(record.acknowledged.by ?? "-")"
            case .silenced: "silenced until \(record.silenced.at.map(momentText) ?? "-")"
            case .unsilenced: "no longer silenced"
            default: event.rawValue
            }
        return "\(name) \(what): [\(record.alert.severity.rawValue)] \(record.alert.job): \(record.alert.message)"
    }
}

extension AlertRecord {
    /// Alerts as a table, its head first.
    static func table(_ records: [AlertRecord], now: Int64) -> [String] {
        if records.isEmpty { return ["no such alerts"] }
        let head = ["id", "severity", "status", "job", "last seen", "for", "count", "message"]
        return columnLines([head] + records.map { $0.cells(now) }, left: 8)
    }

    private func cells(_ now: Int64) -> [String] {
        let lasted = ((resolved.at ?? now) - firstSeen) / 1000
        let state =
            silenced.at.map { $0 > now } == true && status != .resolved ? "\(status.rawValue), silent" : status.rawValue
        let when = momentText(lastSeen).prefix(19) + "Z"
        return [
            id.map { String($0) } ?? "-", alert.severity.rawValue, state, alert.job, String(when),
            spanText(lasted >= 3600 ? lasted / 60 * 60 : lasted), grouped(count), alert.message,
        ]
    }
}
