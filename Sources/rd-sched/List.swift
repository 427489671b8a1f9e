import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct List: SuiteCommand {
    static let configuration = CommandConfiguration(abstract: "Show the jobs of the timetable.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    @Flag(help: "One JSON object a line.") var json = false

    func run() throws {
        let timetable = try options.read()
        let now = Clock.unixMilliseconds() / 1000
        var table = [["JOB", "RUNS", "TIME ZONE", "NEXT", "COMMAND"]]
        var lines: [String] = []
        for job in timetable.jobs {
            let next = job.schedule?.next(after: now, in: job.zone).map { job.zone.iso8601($0.at) }
            if json {
                let line: JSONValue = [
                    "job": .string(job.name), "runs": .string(job.trigger.text), "timezone": .string(job.zone.name),
                    "next": .optional(next), "run": .string(job.command),
                ]
                lines.append(line.text)
            } else {
                let command = String(job.command.map { $0.isNewline ? " " : $0 })
                table.append([job.name, job.trigger.text, job.zone.name, next ?? "-", command])
            }
        }
        try printLines(json ? lines : columnLines(table, left: table[0].count))
    }
}
