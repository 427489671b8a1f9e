import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-quality",
        abstract: "Measure how good the data are, and stop them where they are not good enough.",
        discussion: """
            The filters measure their gates themselves; `gate` does the same for streams from elsewhere.

            Examples:
              rd-ingest sales.csv | rd-quality gate cleaning --rules strict.yaml | rd-clean | rd-load
              grep France facts.ndjson | rd-quality gate loading | rd-load
              rd-quality anomalies --fail-on any
              rd-quality report --format html --output report.html
            """, version: suiteVersion,
        subcommands: [
            GateCommand.self, CheckCommand.self, RejectsCommand.self, AnomaliesCommand.self, BacktestCommand.self,
            ReportCommand.self,
        ])

    static func main() { runCommand(Self.self) }
}
