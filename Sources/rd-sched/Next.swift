import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct Next: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show what the clock will run next.",
        discussion: """
            Times are those of each job's zone, with their offset. A moment without an offset is one of the \
            timetable's zone.

            With --json each line is an object with "job" and "at" (and "why" with --explain).
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    @Option(name: [.customShort("n"), .customLong("count")], help: "How many to show.") var count = 10
    @Option(help: ArgumentHelp("Show what comes after this moment instead of now.", valueName: "iso-time"))
    var from: String?
    @Flag(help: "One JSON object a line.") var json = false
    @Flag(help: "Say why each one is when it is, and what daylight saving did to it.") var explain = false
    @Argument(help: "Show these jobs only.") var jobs: [String] = []

    func validate() throws {
        guard count > 0 else { throw ValidationError("-n must be at least 1") }
    }

    func run() throws {
        let timetable = try options.read()
        var start = Clock.unixMilliseconds() / 1000
        if let from {
            guard let moment = timetable.zone.instant(from) else {
                throw RDError(
                    .usage, "'\(from)' is not a moment in ISO 8601", remedy: "write it like 2026-03-29T02:00:00+01:00")
            }
            start = moment
        }
        let wanted = jobs.isEmpty ? timetable.jobs : try jobs.map { try timetable.job($0) }
        var out = ByteBuffer(capacity: 1 << 16)
        for (job, fire) in FireSequence(wanted, after: start).prefix(count) {
            append(job, fire, to: &out)
            if out.count > 1 << 15 {
                try printOut(out.text)
                out.removeAll()
            }
        }
        try printOut(out.text)
    }

    private func append(_ job: Job, _ fire: Schedule.Fire, to out: inout ByteBuffer) {
        let at = job.zone.iso8601(fire.at)
        if json {
            var line: JSONValue = ["job": .string(job.name), "at": .string(at)]
            if explain { line["why"] = .string(job.explanation(of: fire)) }
            out.append(json: line)
        } else {
            out.append(text: explain ? "\(at)  \(job.name)  \(job.explanation(of: fire))" : "\(at)  \(job.name)")
        }
        out.append(0x0A)
    }
}
