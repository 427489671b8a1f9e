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
            What stands in the timetable stays as it is, comments included. A running scheduler is told to read it again.
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
        let before = try compiled(path)
        let known = before?["jobs"]?.array?.first { $0["name"]?.string == name }
        var text = try editable(before == nil ? TimetableText.empty(timezone: "UTC") : read(path))
        text.put(name, keys)
        let temporary = "\(path).\(name).new"
        try writeAtomically(Array(text.text.utf8), to: temporary)
        defer { removeFile(temporary) }
        let after = try ConfigurationReader().read(temporary, default: "timetable.yaml")
        let log = common.log("rd-sched")
        if let known, !replace {
            guard known == after["jobs"]?.array?.first(where: { $0["name"]?.string == name }) else {
                throw RDError(.usage, "\(path) has another job '\(name)'", remedy: "give --replace to write over it")
            }
            return log.write(.info, "\(path) has this job '\(name)' already")
        }
        try check(before, after)
        try writeAtomically(Array(text.text.utf8), to: path)
        log.write(.info, "\(name) runs at \(time) every day; written into \(path)")
        options.signalScheduler(SIGHUP)
    }

    private var keys: [String] {
        let command = "rd-ingest \(shellWord(absolutePath(csv))) | rd-clean | rd-transform | rd-load"
        let zone = timezone.map { ["timezone: \(yamlText($0))"] } ?? []
        return ["at: \"\(time)\""] + zone + ["run: \(yamlText(command))"]
    }

    /// Everything but the job itself must mean what it meant before.
    private func check(_ before: JSONValue?, _ after: JSONValue) throws {
        func others(_ json: JSONValue?) -> [JSONValue] {
            (json?["jobs"]?.array ?? []).filter { $0["name"]?.string != name }
        }
        guard others(before) == others(after),
            after["jobs"]?.array?.contains(where: { $0["name"]?.string == name }) == true
        else {
            throw RDError(
                .configuration, "the timetable is written in a form that rd-sched cannot extend",
                remedy: "write each job below 'jobs:' after a dash, or add this one by hand")
        }
    }

    private func compiled(_ path: String) throws -> JSONValue? {
        exists(path) ? try ConfigurationReader().read(path, default: "timetable.yaml") : nil
    }

    private func editable(_ text: String) throws -> TimetableText {
        do { return try TimetableText(text) } catch {
            throw RDError(
                .configuration, "\(options.path) cannot be written to: \(error.message)", remedy: error.remedy)
        }
    }

    private func read(_ path: String) throws -> String {
        String(decoding: try readAll(FileSource(path: path)), as: UTF8.self)
    }
}
