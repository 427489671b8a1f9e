public import RDBytes
import RDSchedule

/// What happened to a trouble that somebody is told of.
public enum AlertEvent: String, CaseIterable, Sendable {
    /// Somebody says that there is trouble; only the log tells that, before anybody else is asked.
    case raised
    /// It came.
    case opened
    /// It came again; only the log tells that.
    case repeated
    /// It got worse than what was told.
    case escalated
    /// It is still there.
    case reminder
    /// Somebody knows.
    case acknowledged
    /// It is over.
    case resolved
    /// Nobody is told for a while.
    case silenced
    /// It is told of again.
    case unsilenced
    /// No trouble: somebody tries a channel.
    case test
}

/// What a channel is told: an event and the trouble as it stands.
public struct AlertNotice: Equatable, Sendable {
    /// What happened.
    public let event: AlertEvent
    /// The trouble.
    public let record: AlertRecord

    /// A notice.
    public init(_ event: AlertEvent, _ record: AlertRecord) {
        self.event = event
        self.record = record
    }

    /// The document for programs: `event`, and the members of the alert.
    public var json: JSONValue { ["event": .string(event.rawValue), "alert": record.json] }

    /// One line that says what this is about: `[critical] nightly: completeness of ...`.
    public var headline: String {
        let label: String =
            switch event {
            case .resolved: "resolved"
            case .test: "test"
            case .reminder: "still \(record.alert.severity.rawValue)"
            default: record.alert.severity.rawValue
            }
        return "[\(label)] \(record.alert.job): \(record.alert.message)"
    }

    /// What is known, by name, for people.
    public var facts: [(name: String, value: String)] {
        let alert = record.alert
        var facts = [
            ("kind", alert.kind.rawValue.replacing("_", with: " ")), ("job", alert.job), ("about", alert.subject),
        ]
        if let stage = alert.stage { facts.append(("stage", stage)) }
        if let run = alert.run { facts.append(("run", run)) }
        if let value = alert.value { facts.append(("value", value)) }
        if let threshold = alert.threshold { facts.append(("threshold", threshold)) }
        facts.append(("first seen", momentText(record.firstSeen)))
        if record.count > 1 { facts.append(("last seen", "\(momentText(record.lastSeen)), \(record.count) times")) }
        if event == .resolved { facts += resolution }
        if let id = record.id { facts.append(("alert", String(id))) }
        facts.append(("fingerprint", alert.fingerprint))
        return facts
    }

    private var resolution: [(String, String)] {
        var facts: [(String, String)] = []
        if let by = record.resolved.by { facts.append(("resolved by", by)) }
        if let note = record.resolved.note { facts.append(("because", note)) }
        if let seconds = record.secondsToRecover.flatMap({ Double($0) }), seconds < 1e12 {
            facts.append(("took", spanText(Int64(seconds))))
        }
        return facts
    }
}
