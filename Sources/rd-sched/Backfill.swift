import ArgumentParser
import Glibc
import RDBytes
import RDChain
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Backfill: AuditedCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run a job for a stretch of the past, window by window.",
        discussion: """
            Each run has its window in RD_WINDOW_START (its first moment, also RD_SCHEDULED_FOR) and RD_WINDOW_END (the \
            moment after its last), ISO 8601 in the job's time zone. --to is part of the stretch: 2011-12 means the whole \
            month. Windows that a backfill has run well before, as far as the journal goes back, are left out, so that a \
            backfill that stopped goes on; after a failure nothing further begins. Where the job has locks, one run at a \
            time holds them.

            Examples:
              rd-sched backfill online-retail --from 2010-12 --to 2011-12 --window month --jobs 2
            """)

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The job.") var job: String
    @Option(help: .init("The first day, month or year.", valueName: "date")) var from: String
    @Option(help: .init("The last day, month or year.", valueName: "date")) var to: String
    @Option(help: "How long the stretch of one run is: day, week, month or year.") var window = "month"
    @Option(help: .init("How many runs go on at a time.", valueName: "number")) var jobs = 1
    @Flag(help: "Run windows again that were run well before.") var again = false
    @Flag(help: "Say which windows would be run, and run nothing.") var plan = false

    var changesSomething: Bool { !plan }

    func validate() throws {
        guard BackfillWindow.Size(rawValue: window) != nil else {
            throw ValidationError("--window must be day, week, month or year")
        }
        guard (1...100).contains(jobs) else { throw ValidationError("--jobs must be from 1 to 100") }
    }

    func run() throws {
        let scheduler = try options.read()
        let job = try scheduler.timetable.job(job)
        let all = try usage {
            try BackfillWindow.windows(from: from, to: to, .init(rawValue: window) ?? .month, in: job.zone)
        }
        let done = Set(scheduler.backfilled(job.name))
        let windows = again ? all : all.filter { !done.contains($0.start) }
        if windows.count < all.count {
            options.log.write(.info, "\(all.count - windows.count) of \(all.count) windows were run well before")
        }
        if plan {
            return try options.answer(
                windows.map { ["job": .string(job.name), "start": text(job, $0.start), "end": text(job, $0.end)] },
                windows.map { "\(job.zone.iso8601($0.start)) to \(job.zone.iso8601($0.end))" })
        }
        let wishes = windows.map { window in
            ForegroundRuns.Wish(
                date: window.start,
                variables: [
                    "RD_WINDOW_START=\(job.zone.iso8601(window.start))",
                    "RD_WINDOW_END=\(job.zone.iso8601(window.end))",
                ])
        }
        adoptOrphans()
        let runs = try ForegroundRuns(job, scheduler, options.folder, options.timetable.site, options.log)
        let code = try runs.run(wishes, atATime: jobs) { options.timetable.signalScheduler(SIGUSR1) }
        guard code == 0 else { throw ArgumentParser.ExitCode(code) }
    }

    private func text(_ job: Job, _ moment: Int64) -> JSONValue { .string(job.zone.iso8601(moment)) }
}

/// What is wrong with a span or a date of the command line is exit 64, and not 78 as in a timetable.
func usage<Value>(_ body: () throws -> Value) throws -> Value {
    do { return try body() } catch let flaw as ScheduleFlaw { throw RDError(.usage, flaw.message, remedy: flaw.remedy) }
}

extension Scheduler {
    /// Logical dates that a backfill has run well.
    fileprivate func backfilled(_ job: String) -> [Int64] {
        state.ended.filter { $0.job == job && $0.cause == .backfill && $0.ending?.status == .success }.map(\.date)
    }
}
