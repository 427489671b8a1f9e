import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct List: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the jobs of the timetable.",
        discussion: "On a terminal a table; elsewhere one JSON object a line. Passwords in commands are not shown.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    @Flag(help: "Write JSON on a terminal too.") var json = false

    func run() throws {
        let timetable = try options.read()
        let json = json || fileKind(1) != .terminal
        let now = Clock.unixMilliseconds() / 1000
        var table = [["JOB", "RUNS", "TIME ZONE", "NEXT", "COMMAND"]]
        var lines: [String] = []
        for job in timetable.jobs {
            let next = job.schedule?.next(after: now, in: job.zone).map { job.zone.iso8601($0.at) }
            if json {
                let line: JSONValue = [
                    "job": .string(job.name), "runs": .string(job.trigger.text), "timezone": .string(job.zone.name),
                    "next": .optional(next), "run": .string(Secrets.hidden(job.command)),
                ]
                lines.append(line.text)
            } else {
                let command = String(Secrets.hidden(job.command).map { $0.isNewline ? " " : $0 })
                table.append([job.name, job.trigger.text, job.zone.name, next ?? "-", command])
            }
        }
        try printLines(json ? lines : columnLines(table, left: table[0].count))
    }
}
