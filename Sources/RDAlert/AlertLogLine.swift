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
        for member in record.json.members ?? [] where member.value != .null && member.name != "message" {
            attributes.append(.init("alert.\(member.name)", member.value))
        }
        return [
            "timestamp": .string(momentText(moment)), "severityText": .string(severity),
            "body": .string(record.alert.message), "attributes": .object(attributes),
        ]
    }
}
