public import RDBytes

extension AlertNotice {
    /// The notice as Slack's incoming webhooks take it, and those that are made like them (Mattermost, Rocket.Chat).
    public var slack: JSONValue {
        let shown = facts.filter { !["alert", "fingerprint"].contains($0.name) }
        var footer = record.alert.fingerprint
        if let id = record.id { footer = "alert \(id), \(footer)" }
        return [
            "text": .string(Self.escaped(headline)),
            "attachments": [
                [
                    "color": .string(color), "fallback": .string(Self.escaped(headline)),
                    "fields": .array(
                        shown.map {
                            ["title": .string($0.name), "value": .string(Self.escaped($0.value)), "short": true]
                        }),
                    "footer": .string(footer), "ts": .integer(record.lastSeen / 1000),
                ]
            ],
        ]
    }

    private var color: String {
        if event == .resolved { return "good" }
        return switch record.alert.severity {
        case .critical: "danger"
        case .warning: "warning"
        case .info: "#439FE0"
        }
    }

    /// Slack's three characters that stand for markup; without them an alert cannot mention anybody or make a link.
    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
