import Glibc
public import RDBytes

/// How lines on standard error look.
public enum LogFormat: String, Sendable, CaseIterable {
    /// For people: `rd-load: warning: text`.
    case text
    /// One JSON object a line, with the names of OpenTelemetry's log data model.
    case json
    /// Text on a terminal, JSON elsewhere.
    case auto
}

/// Writes event lines to standard error. Nothing else of the suite writes there but progress.
public struct Log: Sendable {
    /// How bad an event is, with OpenTelemetry's severity texts.
    public enum Severity: String, Sendable {
        case info = "INFO"
        case warning = "WARN"
        case error = "ERROR"
    }

    /// The executable whose lines they are.
    public let executable: String
    private let asJSON: Bool
    private let isQuiet: Bool
    private var isSilent = false
    /// True where somebody asked for an account of an ordinary run: a terminal, or `--log-format json`.
    public let isVerbose: Bool

    /// Lines of the executable `name`. `isQuiet` leaves only warnings and errors.
    public init(name: String, format: LogFormat = .auto, isQuiet: Bool = false) {
        executable = name
        self.isQuiet = isQuiet
        isVerbose = !isQuiet && (format == .json || isatty(2) == 1)
        asJSON = format == .json || format == .auto && isatty(2) == 0
    }

    /// Lines that go nowhere.
    public init(name: String, isSilent: Bool) {
        self.init(name: name, format: .text, isQuiet: true)
        self.isSilent = isSilent
    }

    /// Writes one line to standard error, and to the file that `RD_LOG_FILE` names. Line ends inside `text` become
    /// blanks, so that an event stays one line. `isOrdinary` is for an account of a run without events: standard error
    /// gets it only where `isVerbose`.
    public func write(
        _ severity: Severity, _ text: String, attributes: [(String, JSONValue)] = [], isOrdinary: Bool = false
    ) {
        if isSilent { return }
        let body = String(text.map { $0.isNewline ? " " : $0 })
        let event = LogEvent(executable: executable, severity: severity, body: body, attributes: attributes)
        LogFile.chosen?.append(event.json)
        if isQuiet && severity == .info || isOrdinary && !isVerbose { return }
        var line = ByteBuffer(capacity: 256)
        if asJSON {
            line.append(json: event.json)
        } else {
            let mark = severity == .warning ? "warning: " : ""
            line.append(text: "\(executable): \(mark)\(body)")
        }
        line.append(0x0A)
        line.withBytes { _ = Glibc.write(2, $0.baseAddress, $0.count) }
    }
}

/// Writes `text` to standard error as it is; a failure there is nobody's to hear of.
public func writeError(_ text: String) {
    var copy = text
    copy.withUTF8 { _ = Glibc.write(2, $0.baseAddress, $0.count) }
}
