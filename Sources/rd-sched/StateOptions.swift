import ArgumentParser
import Glibc
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

/// What commands are told that work with the state of a timetable.
struct StateOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    @Flag(help: "Write JSON on a terminal too.") var json = false

    var log: Log { common.log("rd-sched") }

    /// Where the state of the timetable is.
    var folder: SchedulerFolder { timetable.folder }

    /// The timetable and what is known of its runs.
    func read() throws -> Scheduler { try timetable.readState() }

    /// Writes an event into the journal, once `check` has agreed to it, and tells the scheduler.
    func write(_ check: (Scheduler) throws -> [JournalEvent.Kind]) throws {
        try folder.make()
        var scheduler = try timetable.fresh()
        try Journal(folder.journal).write(&scheduler) { draft in
            let now = Clock.unixMilliseconds()
            return (try check(draft).map { JournalEvent(at: now, $0) }, ())
        }
        timetable.signalScheduler(SIGUSR1)
    }

    /// Writes the answer: lines for people, one object a line for programs.
    func answer(_ objects: @autoclosure () -> [JSONValue], _ lines: @autoclosure () -> [String]) throws {
        try printLines(json || fileKind(1) != .terminal ? objects().map(\.text) : lines())
    }

    /// The run that `name` means: an identity, or its beginning or end where only one run has it. One that is not there
    /// is exit 66.
    func run(_ name: String, _ scheduler: Scheduler) throws -> Run {
        if let run = scheduler.state.run(name) { return run }
        throw RDError(.noInput, "there is no run '\(name)', or more than one", remedy: "see: rd-sched history")
    }
}

extension TimetableOptions {
    /// Where the state of the timetable is.
    var folder: SchedulerFolder { SchedulerFolder(timetable: path, home: Folders().home) }

    /// Signals a running scheduler: USR1 makes it look into the journal, HUP read the timetable.
    func signalScheduler(_ signal: Int32) {
        if let holder = SchedulerLock.holder(folder.lock), holder.pid > 0 { kill(holder.pid, signal) }
    }

    /// The timetable, nothing known.
    func fresh() throws -> Scheduler { Scheduler(try read(), SchedulerState()) { newRunIdentity($0) } }

    /// The timetable and what is known of its runs.
    func readState() throws -> Scheduler {
        var scheduler = try fresh()
        if exists(folder.journal) { try Journal(folder.journal).read(&scheduler) }
        return scheduler
    }
}
