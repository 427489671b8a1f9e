public import RDBytes

extension AlertNotice {
    /// The line of the alert log, in the form of OpenTelemetry's log data model as all event lines of the suite.
    public func logLine(at moment: Int64) -> JSONValue {
        let severity =
            switch (event, record.alert.severity) {
            case (.resolved, _), (.test, _), (.acknowledged, _), (.silenced, _), (.unsilenced, _), (_, .info): "INFO"
            case (_, .warning): "WARN"
            case (_, .critical): "ERROR"
            }
        var attributes: [JSONValue.Member] = [.init("event.name", .string("alert.\(event.rawValue)"))]
        // A number, a state and a count are what the warehouse gives it.
        let members = event == .raised ? record.alert.json.members : record.json.members
        for member in members ?? [] where member.value != .null && member.name != "message" {
            attributes.append(.init("alert.\(member.name)", member.value))
        }
        return [
            "timestamp": .string(momentText(moment)), "severityText": .string(severity),
            "body": .string(record.alert.message), "attributes": .object(attributes),
        ]
    }
}
