import ArgumentParser
import RDBytes
import RDFilter
import RDProcess

struct EventsCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "events", abstract: "Show event lines, oldest first, with the account of commands among them.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: LogChoice

    @Option(help: .init("Only from this severity on: info, warn or error.", valueName: "severity"))
    var severity = "info"

    func validate() throws {
        guard ["info", "warn", "error"].contains(severity) else {
            throw ValidationError("'\(severity)' is none of info, warn and error")
        }
    }

    func run() throws {
        let audit = AuditLog(home: Folders().home).path
        guard let log = LogFile.chosen?.path else {
            common.log("rd-logs").write(
                .warning, "no file keeps event lines: set log_file in rd.yaml, or RD_LOG_FILE; this is the audit log")
            return try choice.show([audit], from: severity)
        }
        try choice.show([log, audit], from: severity)
    }
}

struct AuditCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Show who changed the warehouse or the timetable, when, by which command.",
        discussion: """
            Each line carries the hash of the one before it. With --verify those are checked: exit 65 where a line was \
            changed or taken out.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var choice: LogChoice

    @Flag(help: "Check that no line was changed or taken out, and show none.")
    var verify = false

    func run() throws {
        let log = AuditLog(home: Folders().home)
        guard verify else { return try choice.show([log.path], from: "info") }
        let (breaks, count) = try log.breaks()
        for line in breaks {
            common.log("rd-logs").write(.error, "\(log.path):\(line): does not follow from the line before it")
        }
        guard breaks.isEmpty else {
            throw RDError(
                .data, "the audit log was changed, or cut, at \(breaks.count) of \(count) lines",
                remedy: "compare it with a copy from elsewhere")
        }
        try printLines(["\(log.path): \(count) lines, each follows from the one before it"])
    }
}
