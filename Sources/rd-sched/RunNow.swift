import ArgumentParser
import Glibc
import RDBytes
import RDChain
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct RunNow: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run a job now, in the foreground, and end with its exit code.",
        discussion: """
            What the job writes is written here too, and into its log. No scheduler is needed; one that runs knows of \
            the run and begins no other that would get in its way. The jobs after it do not run, nor do its on_success \
            and on_failure, and it is not tried again. INT or TERM ends the job, a second one kills it.

            Examples:
              rd-sched run online-retail --explain
              rd-sched run online-retail --for 2026-11-01
              RD_FILE=/data/in/late.csv rd-sched run arrivals
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    @Option(
        name: .customLong("for"),
        help: .init(
            "The logical date, which is in RD_SCHEDULED_FOR: a moment, or a day, which stands for its first fire on it.",
            valueName: "iso-time"))
    var date: String?
    @Flag(help: "Say on standard error what each stage did with its time, and which one the others waited for.")
    var explain = false
    @Flag(inversion: .prefixedNo, help: "Tell the warehouse of the run (etl_job_runs), by the scheduler's mirror.")
    var mirror = true
    @Argument(help: "The job.") var job: String

    func run() throws {
        adoptOrphans()
        let scheduler = try timetable.fresh()
        let job = try scheduler.timetable.job(job)
        let asked = try AskedRun(
            job, date: try moment(job), cause: .manual, scheduler, timetable.folder, timetable.site, echo: true)
        timetable.signalScheduler(SIGUSR1)
        try asked.follow()
        let result = try asked.conclude(mirrors: mirror)
        timetable.signalScheduler(SIGUSR1)
        guard let result else {
            let what = asked.strays == 1 ? "one more process was" : "\(asked.strays) more processes were"
            throw RDError(
                .internalError,
                "the keeper of run \(asked.run.id) was killed: its stages ended with it, and \(what) found and ended"
            )
        }
        tell(asked.run, result)
        if explain { writeError(explanation(of: result).map { $0 + "\n" }.joined()) }
        if result.exitCode != 0 { throw ExitCode(result.exitCode) }
    }

    /// The logical date: now, or what `--for` says in the job's zone.
    private func moment(_ job: Job) throws -> Int64 {
        guard let date else { return Clock.unixMilliseconds() / 1000 }
        if date.utf8.count == 10, let start = job.zone.instant("\(date)T00:00") {
            guard let fire = job.schedule?.next(after: start - 1, in: job.zone)?.at,
                job.zone.iso8601(fire).hasPrefix(date)
            else { return start }
            return fire
        }
        guard let moment = job.zone.instant(date) else {
            throw RDError(
                .usage, "'\(date)' is neither a day nor a moment in ISO 8601",
                remedy: "write it like 2026-03-29 or 2026-03-29T02:00:00+01:00")
        }
        return moment
    }

    private func tell(_ run: Run, _ result: ChainResult) {
        let log = common.log("rd-sched")
        let names: [(String, JSONValue)] = [("rd.run", .string(run.id)), ("rd.job", .string(run.job))]
        if let reason = result.reason { log.write(.warning, reason, attributes: names) }
        if result.leftovers > 0 {
            let what = result.leftovers == 1 ? "a process" : "\(result.leftovers) processes"
            log.write(.warning, "\(run.job) left \(what) behind, which had to be ended", attributes: names)
        }
        let took = (result.ended - result.started) / 1000
        let how =
            switch result.endedBy {
            case .itself: result.exitCode == 0 ? "done" : "failed with exit code \(result.exitCode)"
            case .timeout: "ended by its timeout"
            case .cancelled: "cancelled"
            case .supervisorLost: "lost"
            }
        log.write(
            result.exitCode == 0 ? .info : .error, "\(run.job) \(how) after \(took) ms; run \(run.id)",
            attributes: names)
    }
}

extension TimetableOptions {
    /// Where the jobs of the timetable run: with our environment, and the state folder by its whole path, since they
    /// work elsewhere.
    var site: RunSite {
        let home = absolutePath(Folders().home)
        var all: [String] = []
        var next = environ
        while let text = next.pointee {
            all.append(String(cString: text))
            next += 1
        }
        let own = ["RD_HOME=", "RD_RUN_ID=", "RD_JOB="]
        let variables = all.filter { text in !own.contains { text.hasPrefix($0) } } + ["RD_HOME=\(home)"]
        return RunSite(folder: folderOf(path), executables: executableFolder(), environment: variables)
    }
}
