import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct Simulate: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Let a clock run fast through a stretch of time, and show what the scheduler would begin.",
        discussion: """
            The scheduler itself decides, with overlaps, slots, locks and what comes after what, but nothing is \
            started: a run takes as long as --takes says and ends well. Each line is an object with "job", "at" (when it \
            begins) and "for" (its logical date), in the job's time zone.

            Examples:
              rd-sched simulate --from 2026-03-28T00:00 --until 2026-03-30T00:00 --takes 20m
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    @Option(help: .init("The moment at which it begins.", valueName: "iso-time")) var from: String
    @Option(help: .init("The moment at which it ends; what falls on it is not shown.", valueName: "iso-time"))
    var until: String
    @Option(help: .init("How long a run takes, such as 90s or 15m.", valueName: "span")) var takes: String?

    func run() throws {
        let timetable = try options.read()
        let seconds = try takes.map { text in try usage { try spanOfTime(text) } } ?? 0
        let (start, end) = (try moment(from, timetable), try moment(until, timetable))
        var simulation = Simulation(timetable, from: start) { _ in (seconds, 0) }
        var out = ByteBuffer(capacity: 1 << 16)
        let sink = FileSink(1, name: "standard output")
        func flush() throws {
            try out.withBytes { try sink.write($0) }
            out.removeAll()
        }
        // In steps, so that the first lines do not wait for the last.
        var step = start
        while step < end - 1 {
            step = min(step + 86400, end - 1)
            simulation.run(until: step) { run, at in
                guard let job = timetable[run.job] else { return }
                out.append(
                    json: [
                        "job": .string(run.job), "at": .string(job.zone.iso8601(at)),
                        "for": .string(job.zone.iso8601(run.date)),
                    ])
                out.append(0x0A)
            }
            try flush()
        }
    }

    private func moment(_ text: String, _ timetable: Timetable) throws -> Int64 {
        if let moment = timetable.zone.instant(text) { return moment }
        throw RDError(
            .usage, "'\(text)' is not a moment in ISO 8601", remedy: "write it like 2026-03-29T02:00:00+01:00")
    }
}
