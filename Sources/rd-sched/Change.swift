import ArgumentParser
import Glibc
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Cancel: AuditedCommand {
    static let configuration = CommandConfiguration(
        abstract: "End a run: TERM to all its processes, KILL after the job's grace. One that waits never begins.",
        discussion: "A cancelled run is not tried again, and what comes after a success of it is skipped.")

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Argument(help: .init("The run: its identity, or a beginning of it that no other run has.", valueName: "run"))
    var name: String

    func run() throws {
        var keeper: ProcessMark?
        try options.write { scheduler in
            let run = try options.run(name, scheduler)
            guard run.ending == nil else {
                throw RDError(.usage, "run \(run.id) has ended: \(run.statusText)", remedy: "see: rd-sched history")
            }
            keeper = run.keeper
            return [.cancelled(run: run.id, by: userName())]
        }
        // Whoever began the run, its keeper ends it.
        if let keeper, keeper.isAlive { kill(keeper.pid, SIGTERM) }
        options.log.write(.info, "run \(name) is asked to end")
    }
}

struct Pause: AuditedCommand {
    static let configuration = CommandConfiguration(
        abstract: "Keep a job from running by its trigger, until it is resumed.",
        discussion: """
            A run that goes on is left alone, and `rd-sched run` still works. What its schedule names meanwhile is \
            neither run nor caught up later.
            """)

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The job.") var job: String

    func run() throws {
        _ = try options.timetable.read().job(job)
        try options.write { _ in [.paused(job: job, by: userName())] }
        options.log.write(.info, "\(job) is paused")
    }
}

struct Resume: AuditedCommand {
    static let configuration = CommandConfiguration(abstract: "Let a paused job run again.")

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The job.") var job: String

    func run() throws {
        _ = try options.timetable.read().job(job)
        var isPaused = false
        try options.write { scheduler in
            isPaused = scheduler.state.jobs[job]?.isPaused == true
            return isPaused ? [.resumed(job: job, by: userName())] : []
        }
        options.log.write(.info, isPaused ? "\(job) runs again" : "\(job) was not paused")
    }
}
