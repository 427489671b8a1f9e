import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSupervise

struct Metrics: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Write what is known of each job in Prometheus's text format.",
        discussion: "rd-sched start --metrics-file keeps a file of it, for node_exporter's textfile collector.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    func run() throws {
        try printOut(metricsText(try timetable.readState(), now: Clock.unixMilliseconds()))
    }
}

struct Health: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Exit 0 where a scheduler of the timetable runs and works, 69 otherwise.",
        discussion: "For container probes. A scheduler that has not shown itself for a minute does not work.")

    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    func run() throws {
        guard let holder = SchedulerLock.holder(timetable.folder.lock) else {
            throw RDError(.unavailable, "no scheduler of \(timetable.path) runs", remedy: "run: rd-sched start")
        }
        let silence = (Clock.unixMilliseconds() - holder.beat) / 1000
        guard silence <= 60 else {
            throw RDError(.unavailable, "the scheduler, process \(holder.pid), has not shown itself for \(silence) s")
        }
    }
}
