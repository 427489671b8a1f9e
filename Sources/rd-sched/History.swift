import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct History: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show runs: those that go on or wait, and those that ended, the newest last.",
        discussion: """
            The journal has the last five hundred or more that ended; the warehouse has all (etl_job_runs, kind chain).

            Examples:
              rd-sched history online-retail -n 5
              rd-sched history | jq -c 'select(.status == "failed")'
            """)

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many to show.") var count = 50
    @Argument(help: "Show the runs of this job only.") var job: String?

    func validate() throws {
        guard count > 0 else { throw ValidationError("-n must be at least 1") }
    }

    func run() throws {
        let scheduler = try options.read()
        if let job, scheduler.timetable[job] == nil, scheduler.state.jobs[job] == nil {
            throw RDError(.usage, "the timetable has no job '\(job)'", remedy: "see: rd-sched list")
        }
        let active = scheduler.state.active.values.sorted { ($0.began ?? .max, $0.id) < ($1.began ?? .max, $1.id) }
        let runs = (scheduler.state.ended + active).filter { job == nil || $0.job == job }.suffix(count)
        let lines = runs.map { $0.json(scheduler.timetable[$0.job]) }
        try options.answer(lines, table(lines))
    }

    private func table(_ lines: [JSONValue]) -> [String] {
        if lines.isEmpty { return ["no runs yet"] }
        let names = ["run", "job", "scheduled_for", "cause", "status", "began", "code", "rows", "ms"]
        let rows = lines.map { line in names.map { line[$0]?.string ?? line[$0]?.number ?? "-" } }
        return columnLines([names.map { $0 == "scheduled_for" ? "for" : $0 }] + rows, left: 6)
    }
}
