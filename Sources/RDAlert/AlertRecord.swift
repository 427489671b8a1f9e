public import RDBytes

/// Where a trouble stands.
public enum AlertStatus: String, CaseIterable, Sendable {
    /// Nobody has said anything yet.
    case open
    /// Somebody knows: no more reminders.
    case acknowledged
    /// It is over.
    case resolved
}

/// A trouble as the warehouse keeps it: its last alert, how often it came, and what became of it.
public struct AlertRecord: Equatable, Sendable {
    /// Its number; nil where there is no database to give it one.
    public var id: Int?
    /// The last alert of it.
    public var alert: Alert
    /// Where it stands.
    public var status = AlertStatus.open
    /// How often it came.
    public var count = 1
    /// When it first came, in milliseconds since 1970.
    public var firstSeen: Int64
    /// When it last came.
    public var lastSeen: Int64
    /// Who acknowledged it, when and with which words.
    public var acknowledged = Mark()
    /// Who or what resolved it, when and with which words.
    public var resolved = Mark()
    /// Seconds from the first alert to the resolution.
    public var secondsToRecover: String?
    /// Until when nobody is told, who asked for that, and why.
    public var silenced = Mark()

    /// Who did something, when, in milliseconds since 1970, and why.
    public struct Mark: Equatable, Sendable {
        /// When; of silence until when.
        public var at: Int64?
        /// Who.
        public var by: String?
        /// Why.
        public var note: String?

        /// Of nothing, where nothing is given.
        public init(at: Int64? = nil, by: String? = nil, note: String? = nil) {
            self.at = at
            self.by = by
            self.note = note
        }
    }

    /// The record of an alert that nobody else knows of.
    public init(_ alert: Alert, id: Int? = nil) {
        self.alert = alert
        self.id = id
        firstSeen = alert.occurredAt
        lastSeen = alert.occurredAt
    }

    /// Its members, as programs read them.
    public var json: JSONValue {
        func when(_ moment: Int64?) -> JSONValue { moment.map { .string(momentText($0)) } ?? .null }
        var json: JSONValue = ["id": id.map { .integer($0) } ?? .null, "status": .string(status.rawValue)]
        for member in alert.json.members ?? [] where member.name != "occurred_at" { json[member.name] = member.value }
        let rest: [(String, JSONValue)] = [
            ("count", .integer(count)), ("first_seen", when(firstSeen)), ("last_seen", when(lastSeen)),
            ("acknowledged_at", when(acknowledged.at)), ("acknowledged_by", .optional(acknowledged.by)),
            ("acknowledged_note", .optional(acknowledged.note)), ("resolved_at", when(resolved.at)),
            ("resolved_by", .optional(resolved.by)), ("resolved_note", .optional(resolved.note)),
            ("seconds_to_recover", secondsToRecover.map { .number($0) } ?? .null),
            ("silenced_until", when(silenced.at)), ("silenced_by", .optional(silenced.by)),
            ("silence_reason", .optional(silenced.note)),
        ]
        for (name, value) in rest { json[name] = value }
        return json
    }
}
