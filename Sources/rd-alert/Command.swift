import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-alert",
        abstract: "Tell people of failed, slow and missed runs and of bad data.",
        discussion: """
            rd-alert run looks at what happened since its last look; call it after each load, or every few minutes. \
            The same trouble is one alert with a count, and it is over by itself when the next run is good. Whom to \
            tell is in pipelines/alerts.yaml: programs, mail, webhooks. Everything is in the alert log as well \
            (alerts.ndjson in the state folder) and in the table quality_alerts.

            Tables on a terminal, JSON elsewhere.

            Examples:
              rd-alert run
              rd-alert list
              rd-alert ack 12 --note "supplier asked"
              rd-alert silence 12 --for 2h --reason "moving the server"
              echo '{"kind":"job_failure","subject":"backup"}' | rd-alert raise
              rd-alert test mail
            """, version: suiteVersion,
        subcommands: [
            RunCommand.self, RaiseCommand.self, ListCommand.self, ShowCommand.self, AckCommand.self,
            ResolveCommand.self, SilenceCommand.self, TestCommand.self,
        ])

    static func main() { runCommand(Self.self) }
}
