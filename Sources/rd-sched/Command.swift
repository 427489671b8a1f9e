import ArgumentParser
import Glibc
import RDChain
import RDFilter

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-sched",
        abstract: "Run pipelines on a timetable, unattended.",
        discussion: """
            The timetable is the file of --timetable, of RD_TIMETABLE, or else pipelines/timetable.yaml.

            Examples:
              rd-sched daily --name online-retail --csv /data/in/OnlineRetail.csv --time 02:00
              rd-sched check && rd-sched list
              rd-sched next -n 20 --from 2026-03-28T00:00 --explain
              rd-sched next --json | jq -r .at
            """, version: suiteVersion,
        subcommands: [
            Check.self, List.self, Next.self, Daily.self, Start.self, Status.self, History.self, Logs.self,
            RunNow.self, Cancel.self, Pause.self, Resume.self, Backfill.self, Mirror.self, Metrics.self, Health.self,
            Simulate.self,
        ])

    static func main() {
        // `rd-sched keep`, which rd-sched itself starts to look after one chain; nothing may come before it.
        if CommandLine.arguments.count == 2, CommandLine.arguments[1] == "keep" { Glibc.exit(keepChain()) }
        runCommand(Self.self)
    }
}
