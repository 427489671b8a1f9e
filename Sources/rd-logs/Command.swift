import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-logs",
        abstract: "Show what the suite logged, and the account of everything that changed the warehouse.",
        discussion: """
            Event lines are kept where a file is named for them: log_file in rd.yaml, or RD_LOG_FILE. The account of \
            commands that changed something (audit.ndjson in the state folder, or audit_file) is always kept.

            Examples:
              rd-logs --run 0193f3c1-7d2e-7c3a-9f00-5a1b2c3d4e5f
              rd-logs --since 2d --severity warn
              rd-logs audit --since 2026-11-01
              rd-logs audit --verify
            """, version: suiteVersion, subcommands: [EventsCommand.self, AuditCommand.self],
        defaultSubcommand: EventsCommand.self)

    static func main() { runCommand(Self.self) }
}
