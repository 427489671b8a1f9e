import ArgumentParser
import Glibc
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Daily: AuditedCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write a job into the timetable that loads a file every day.",
        discussion: """
            What stands in the timetable stays as it is, comments, line ends, mode and owner included. Several such commands \
            may work at the same time. A running scheduler is told to read it again.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    @Option(help: "The job's name.") var name: String
    @Option(help: ArgumentHelp("The file to load.", valueName: "path")) var csv: String
    @Option(help: ArgumentHelp("When, by the clocks of the time zone.", valueName: "hh:mm")) var time: String
    @Option(help: ArgumentHelp("The time zone, where it is not that of the timetable.", valueName: "zone"))
    var timezone: String?
    @Flag(help: "Write it in the place of a job of the same name.") var replace = false

    func validate() throws {
        guard Job.isName(name) else {
            throw ValidationError(
                "--name '\(name)' is not a name of letters, digits, '_', '-' and '.', at most 63 of them")
        }
        do { _ = try Schedule.minute(time) } catch { throw ValidationError("--time: \(error.message)") }
        guard timezone.map({ (try? ZoneDatabase.zone($0)) != nil }) ?? true else {
            throw ValidationError(
                "--timezone: found '\(timezone ?? "")'; expected a time zone like Europe/London, or UTC")
        }
    }

    func run() throws {
        let path = options.path
        let log = common.log("rd-sched")
        let edit = try FileEdit(path)
        let old = edit.content.map { String(decoding: $0, as: UTF8.self) } ?? TimetableText.empty(timezone: "UTC")
        var text = try editable(old)
        let before = try compiled(edit, old, text)
        let known = job(in: before)
        text.put(name, keys)
        let after = try compiled(edit, text)
        if let known, !replace {
            guard known == job(in: after) else {
                throw RDError(.usage, "\(path) has another job '\(name)'", remedy: "give --replace to write over it")
            }
            return log.write(.info, "\(path) has this job '\(name)' already")
        }
        try check(before, after)
        try edit.commit()
        log.write(.info, "\(name) runs at \(time) every day; written into \(path)")
        options.signalScheduler(SIGHUP)
    }

    private func job(in timetable: JSONValue) -> JSONValue? {
        timetable["jobs"]?.array?.first { $0["name"]?.string == name }
    }

    /// What the timetable says before the change. One that has no `jobs:` yet says nothing of its own, so it is read as it
    /// stands in the draft; any other by its own name, which is what a flaw should be told of.
    private func compiled(_ edit: FileEdit, _ old: String, _ text: TimetableText) throws -> JSONValue {
        let hasJobs = textLines(old.utf8).contains { $0.hasPrefix("jobs:") || $0.hasPrefix("\u{FEFF}jobs:") }
        guard edit.content != nil, hasJobs else { return try compiled(edit, text) }
        return try ConfigurationReader().read(edit.path, default: "timetable.yaml")
    }

    private func compiled(_ edit: FileEdit, _ text: TimetableText) throws -> JSONValue {
        try edit.write(Array(text.text.utf8))
        return try ConfigurationReader().read(edit.draft, default: "timetable.yaml")
    }

    private var keys: [String] {
        let command = "rd-ingest \(shellWord(absolutePath(csv))) | rd-clean | rd-transform | rd-load"
        let zone = timezone.map { ["timezone: \(yamlText($0))"] } ?? []
        return ["at: \"\(time)\""] + zone + ["run: \(yamlText(command))"]
    }

    /// Everything but the job itself must mean what it meant before.
    private func check(_ before: JSONValue, _ after: JSONValue) throws {
        func others(_ json: JSONValue) -> [JSONValue] {
            (json["jobs"]?.array ?? []).filter { $0["name"]?.string != name }
        }
        guard others(before) == others(after), job(in: after) != nil else {
            throw RDError(
                .configuration, "the timetable is written in a form that rd-sched cannot extend",
                remedy: "write each job below 'jobs:' after a dash, or add this one by hand")
        }
    }

    private func editable(_ text: String) throws -> TimetableText {
        do { return try TimetableText(text) } catch {
            throw RDError(
                .configuration, "\(options.path) cannot be written to: \(error.message)", remedy: error.remedy)
        }
    }
}
