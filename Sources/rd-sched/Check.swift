import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct Check: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is wrong with the timetable, and exit 78 where something is.",
        discussion: """
            Every flaw has its line and what was expected there. The commands of jobs are read by bash as well, without \
            running them, and the folders and files that jobs name must be there.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var options: TimetableOptions

    func run() throws {
        let path = options.path
        _ = try FileSource(path: path)
        let null = try FileSource(path: "/dev/null")
        var arguments = ["check", path, "--log-format", common.logFormat.rawValue]
        if common.quiet { arguments.append("--quiet") }
        let checker = try Subprocess(
            "\(Folders().executables)/rd-config", arguments, input: null.descriptor, output: 1)
        guard checker.wait() == .exit(0) else {
            throw RDError(.configuration, "\(path) is not a valid timetable", remedy: "see the lines above")
        }
        let timetable = try options.read()
        common.log("rd-sched").write(.info, "\(path): \(timetable.jobs.count) jobs, nothing wrong")
    }
}
