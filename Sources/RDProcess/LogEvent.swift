import Glibc
public import RDBytes

/// One event line, with the names of OpenTelemetry's log data model.
public struct LogEvent {
    /// The executable that says it.
    public let executable: String
    /// How bad it is.
    public let severity: Log.Severity
    /// What happened, on one line.
    public let body: String
    /// What else is known of it.
    public let attributes: [(String, JSONValue)]

    /// An event of now, and of the process's run.
    public init(executable: String, severity: Log.Severity, body: String, attributes: [(String, JSONValue)]) {
        (self.executable, self.severity, self.body, self.attributes) = (executable, severity, body, attributes)
    }

    /// `timestamp`, `severityText`, `body`, `attributes` and, once the run is known, `traceId`.
    public var json: JSONValue {
        let members = attributes.map { JSONValue.Member($0.0, $0.1) }
        var event: [JSONValue.Member] = [
            .init("timestamp", .string(Clock.nowText())), .init("severityText", .string(severity.rawValue)),
            .init("body", .string(body)),
            .init("attributes", .object([.init("process.executable.name", .string(executable))] + members)),
        ]
        if let trace { event.append(.init("traceId", .string(trace))) }
        return .object(event)
    }

    /// The run that the event is about, where it is one of many that the process looks after; else that of the process.
    private var trace: String? {
        attributes.first { $0.0 == "rd.run" }?.1.string.map(ProcessRun.traceID) ?? ProcessRun.traceID
    }
}
