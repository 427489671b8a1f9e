import ArgumentParser
import RDAlert
import RDAlertChannel
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess

struct RaiseCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "raise", abstract: "Raise an alert: from options, or alerts as JSON on standard input.",
        discussion: """
            For schedulers and scripts. An alert is an object with kind, subject and, as it likes, severity (warning), \
            job (RD_JOB), message, run, stage, value, threshold and occurred_at; several stand one a line. Kind, job and \
            subject say which trouble it is; the same one again is counted. A run counts once.

            Where no database answers, the alert goes to the log and the channels all the same, with a warning and exit \
            0, and the next command that reaches the database brings it there. A channel that cannot be told is said \
            and does not change the exit code.

            Examples:
              rd-alert raise --kind job_failure --severity critical --job nightly --subject backup --message "disk full"
              jq -c '{kind: "anomaly", subject: .name, value: .z, threshold: 3.5}' odd.ndjson | rd-alert raise
            """)

    @OptionGroup var options: AlertOptions
    @OptionGroup var chosen: SettingsOptions
    var common: CommonOptions { options.common }

    @Option(help: "What kind of trouble.") var kind: AlertKind?
    @Option(help: "How bad it is (default: warning).") var severity: AlertSeverity?
    @Option(help: "The job it is about; RD_JOB otherwise.") var job: String?
    @Option(help: "What of the job it is about.") var subject: String?
    @Option(help: "What happened, for people.") var message: String?
    @Option(name: .customLong("run"), help: .init("The run.", valueName: "uuid")) var runIdentity: String?
    @Option(help: "The stage.") var stage: String?
    @Option(help: .init("The number that is out of bounds.", valueName: "number")) var value: String?
    @Option(help: .init("The bound.", valueName: "number")) var threshold: String?

    @Flag(help: "Do not ask a database; the next command that has one brings the alert there.") var noDatabase = false

    func run() throws {
        let alerts = try read()
        let (settings, flaw) = settings()
        let desk = options.desk(settings)
        desk.noteRaised(alerts)
        if noDatabase { return try withoutWarehouse(alerts, desk) }
        do {
            let store = try options.connect()
            let notices = try desk.raise(alerts, store)
            let report = try desk.dispatch(isSending: chosen.send).tellAll(store)
            options.complain(report)
            try options.answer(notices.map(\.json), notices.map(\.account))
        } catch let error as any CodedError where error.exitCode != .data {
            try raiseWithoutWarehouse(alerts, desk, error)
        }
        if let flaw { throw flaw }
    }

    /// The settings; where they are wrong, none, so that the alert is not lost, and why.
    private func settings() -> (AlertSettings, (any Error)?) {
        do { return (try chosen.settings(), nil) } catch { return (AlertSettings(), error) }
    }

    private func raiseWithoutWarehouse(_ alerts: [Alert], _ desk: AlertDesk, _ error: any CodedError) throws {
        options.log.write(.warning, "no database takes the alert: \(error.message); it is in the alert log")
        try withoutWarehouse(alerts, desk)
    }

    private func withoutWarehouse(_ alerts: [Alert], _ desk: AlertDesk) throws {
        for alert in alerts {
            let (notice, report) = desk.raiseWithoutWarehouse(alert, isSending: chosen.send)
            options.complain(report)
            try options.answer([notice.json], [notice.account])
        }
    }

    private func read() throws -> [Alert] {
        let given: [(String, JSONValue?)] = [
            ("kind", (kind?.rawValue).map { .string($0) }), ("severity", (severity?.rawValue).map { .string($0) }),
            ("job", job.map { .string($0) }), ("subject", subject.map { .string($0) }),
            ("message", message.map { .string($0) }), ("run", runIdentity.map { .string($0) }),
            ("stage", stage.map { .string($0) }), ("value", try number(value, "--value")),
            ("threshold", try number(threshold, "--threshold")),
        ]
        let members = given.compactMap { name, value in value.map { JSONValue.Member(name, $0) } }
        if members.isEmpty { return try readInput() }
        return [try parse(.object(members))]
    }

    private func parse(_ json: JSONValue) throws(RDError) -> Alert {
        try Alert(json, job: environment("RD_JOB") ?? "manual", now: Clock.unixMilliseconds())
    }

    private func readInput() throws -> [Alert] {
        guard fileKind(0) != .terminal else {
            throw ValidationError("expected --kind and --subject, or alerts as JSON on standard input")
        }
        let bytes = try readAll(FileSource(0, name: "standard input"))
        // One document may stand on several lines, as jq writes it.
        if let one = try? JSONValue(parsing: String(decoding: bytes, as: UTF8.self)) { return [try parse(one)] }
        let lines = textLines(bytes).enumerated()
            .filter { !$0.element.allSatisfy(\.isWhitespace) }
        guard !lines.isEmpty else { throw RDError(.data, "standard input has no alert") }
        return try lines.map { line in
            do {
                return try parse(try JSONValue(parsing: line.element))
            } catch let error as JSONError {
                throw RDError(
                    .data, "line \(line.offset + 1) is no JSON: byte \(error.offset) should be \(error.expected)")
            } catch let error as RDError {
                throw RDError(error.exitCode, "line \(line.offset + 1): \(error.message)", remedy: error.remedy)
            }
        }
    }

    private func number(_ text: String?, _ name: String) throws -> JSONValue? {
        guard let text else { return nil }
        guard let json = try? JSONValue(parsing: text), json.number != nil else {
            throw ValidationError("\(name) \(text) is not a number")
        }
        return json
    }
}
