import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

/// Which timetable a command works with.
struct TimetableOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The timetable.", valueName: "file")) var timetable: String?

    /// The path, absolute so that it means the same whatever folder a run goes to.
    var path: String {
        let given = timetable ?? environment("RD_TIMETABLE") ?? "\(Folders().share)/pipelines/timetable.yaml"
        return absolutePath(given)
    }

    /// The jobs of the file. A missing file is exit 66, one that is wrong 78.
    func read() throws -> Timetable {
        try Timetable(try ConfigurationReader().read(path, default: "timetable.yaml"), zoneNamed: ZoneDatabase.zone)
    }
}

extension Timetable {
    /// The job called `name`. One that is not there is exit 64.
    func job(_ name: String) throws -> Job {
        guard let job = self[name] else {
            throw RDError(.usage, "the timetable has no job '\(name)'", remedy: "see: rd-sched list")
        }
        return job
    }
}

/// Writes text to standard output. A failure is exit 74.
func printOut(_ text: String) throws {
    let sink = FileSink(1, name: "standard output")
    try Array(text.utf8).withUnsafeBytes { try sink.write($0) }
}
