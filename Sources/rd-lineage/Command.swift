import ArgumentParser
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-lineage",
        abstract: "Tell where a column, a fact or a month's total comes from.",
        discussion: """
            Every filter says in the stream what it does to each column, and rd-load keeps that with the run: there is \
            nothing to configure. Tables on a terminal, one JSON object a line in a pipe.

            Examples:
              rd-lineage show
              rd-lineage why --invoice 536365 --stock-code 85123A
              rd-lineage why --month 2010-12
              rd-lineage impact unit_price || echo 'something depends on it'
              rd-lineage graph --format svg > lineage.svg
            """, version: suiteVersion,
        subcommands: [
            ShowCommand.self, GraphCommand.self, ImpactCommand.self, UpstreamCommand.self, WhyCommand.self,
            EventsCommand.self,
        ])

    static func main() { runCommand(Self.self) }
}
