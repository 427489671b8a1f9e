import Glibc
import RDBytes
import RDChain
import RDProcess
import RDSchedule

/// Tells others of what became of runs: hooks of the job, each under a keeper as runs are, people by rd-alert, the
/// warehouse by its mirror. Each is a process of its own that the scheduler does not wait for; that one fails is logged.
struct NoticeDesk {
    private let folder: SchedulerFolder
    private let site: RunSite
    private let settings: Supervisor.Settings
    /// Alerts that no process took yet, as JSON.
    private(set) var alerts: [String] = []
    /// Commands of jobs that no process took yet.
    private(set) var hooks: [Hook] = []
    /// True where the metrics are not what the file says.
    var changed = true
    /// When the mirror may be tried again, in nanoseconds of the monotonic clock, and how long it waits after a failure.
    private var nextMirror: Int64 = 0
    private var mirrorWait: Int64 = 5

    struct Hook {
        let job: String
        let run: String
        let order: ChainOrder
    }

    /// How long a hook may take, in seconds.
    private static let hookLimit = 600

    /// Where rd-alert is; nil where it is nowhere.
    private let alertProgram: String?

    init(_ folder: SchedulerFolder, _ site: RunSite, _ settings: Supervisor.Settings) {
        (self.folder, self.site, self.settings) = (folder, site, settings)
        let search = (environment("PATH") ?? "").split(separator: ":").map(String.init)
        alertProgram = ([site.executables] + search).map { "\($0)/rd-alert" }.first(where: isExecutable)
    }

    /// Notes what is to be told of a run that ended.
    mutating func tell(of run: Run, _ job: Job?, goesOn: Bool, _ log: Log) {
        guard let ending = run.ending, run.began != nil else { return }
        guard !goesOn, let job else { return }
        let isGood = ending.status == .success
        if let command = isGood ? job.onSuccess : job.onFailure {
            var environment = (try? site.variables(job, run)) ?? site.environment
            environment += ["RD_STATUS=\(ending.status.rawValue)", "RD_EXIT_CODE=\(ending.code ?? -1)"]
            let order = ChainOrder(
                text: command, environment: environment, workingDirectory: site.path(job.folder ?? "."),
                log: folder.log(job.name, "\(run.id).hook"), timeout: Self.hookLimit,
                input: isGood ? "" : RunLog(run.log ?? "").tail().map { $0 + "\n" }.joined())
            hooks.append(Hook(job: job.name, run: run.id, order: order))
        }
        guard !isGood, ending.status != .cancelled, settings.alerts else { return }
        let code = ending.code.map { ", exit code \($0)" } ?? ""
        let what =
            "\(job.name) for \(job.zone.iso8601(run.date)): \(ending.status.rawValue)\(code), attempt \(run.attempt)"
        raise([
            "kind": "job_failure", "severity": "critical", "job": .string(job.name), "subject": "run",
            "message": .string(([what] + RunLog(run.log ?? "").readableTail()).joined(separator: "\n")),
            "run": .string(run.id),
        ])
    }

    /// Notes that a success has not come in time.
    mutating func tellOverdue(_ job: String, _ since: Int64, _ log: Log) {
        let text = "\(job) is overdue: a success should have come by \(Clock.iso8601(since * 1000))"
        log.write(.error, text, attributes: [("rd.job", .string(job))])
        guard settings.alerts else { return }
        raise([
            "kind": "missed_run", "severity": "critical", "job": .string(job), "subject": "expect_within",
            "message": .string(text),
        ])
    }

    /// Notes that dates of a job passed and are not run.
    mutating func tellMissed(_ job: String, _ count: Int, through: Int64, _ log: Log) {
        let what = count == 1 ? "a run of \(job) was" : "\(count) runs of \(job) were"
        let text = "\(what) missed while no scheduler ran, the last for \(Clock.iso8601(through * 1000))"
        log.write(.warning, text, attributes: [("rd.job", .string(job))])
        guard settings.alerts else { return }
        raise([
            "kind": "missed_run", "severity": "warning", "job": .string(job), "subject": "catchup",
            "message": .string(text),
        ])
    }

    private mutating func raise(_ alert: JSONValue) {
        // Nobody reads more than this at once.
        if alerts.count < 1000 { alerts.append(alert.text) }
    }

    /// Keeps a run that ended for the warehouse; before the journal says so, so that none is forgotten.
    func spool(_ run: Run, _ log: Log) {
        guard settings.mirrors, run.began != nil else { return }
        do {
            try writeAtomically(Array((run.spoolLine.text + "\n").utf8), to: "\(folder.spool)/\(run.id).json")
        } catch {
            log.write(.error, "the warehouse will not know of run \(run.id): \(error)")
        }
    }

    /// What is to be started now.
    mutating func errands(_ running: [String], _ log: Log) -> [Errand] {
        var found: [Errand] = []
        func start(_ make: () throws -> Errand) {
            do { found.append(try make()) } catch { log.write(.error, "\(error)") }
        }
        if !alerts.isEmpty, alertProgram == nil {
            log.write(
                .warning, "there is no rd-alert, beside rd-sched or in PATH: nobody is told of \(alerts.count) alerts")
            alerts = []
        }
        if let alertProgram, !alerts.isEmpty, !running.contains("rd-alert") {
            let input = alerts.map { $0 + "\n" }.joined()
            let words = [alertProgram, "raise"] + (hasDatabase(home: folder.home) ? [] : ["--no-database"])
            start { try Errand("rd-alert", words, environment: site.environment, input: input) }
            alerts = []
        }
        while let hook = hooks.first, running.count + found.count < 8 {
            hooks.removeFirst()
            start {
                try Errand(
                    "the hook of \(hook.job)", hook.order, run: hook.run, result: folder.result("\(hook.run).hook"))
            }
        }
        let now = Clock.monotonicNanoseconds()
        if settings.mirrors, now >= nextMirror, !running.contains("the mirror"), hasSpool {
            nextMirror = now + mirrorWait * 1_000_000_000
            let command = ["\(site.executables)/rd-sched", "mirror", "--quiet", "--timetable", folder.timetable]
            start { try Errand("the mirror", command, environment: site.environment, input: "", limit: 60) }
        }
        return found
    }

    /// A mirror that failed is tried again later and later, up to five minutes.
    mutating func mirrorEnded(_ code: Int32) { mirrorWait = code == 0 ? 2 : min(300, mirrorWait * 2) }

    private var hasSpool: Bool { ((try? filesOf(folder.spool)) ?? []).contains { $0.hasSuffix(".json") } }
}

extension Supervisor {
    /// Asks after errands that go on, and starts those that are due.
    func runErrands() {
        let now = Clock.monotonicNanoseconds()
        errands.removeAll { errand in
            guard let code = errand.ending(now: now) else { return false }
            if errand.purpose == "the mirror" {
                desk.mirrorEnded(code)
            } else if code != 0 {
                let place = errand.log.map { exists($0) ? "; its output is in \($0)" : "" } ?? ""
                log.write(.warning, "\(errand.purpose) ended with exit code \(code)\(place)")
            }
            return true
        }
        reapOrphans(besides: Set(chains.values.map(\.keeper) + errands.map(\.process)))
        errands += desk.errands(errands.map(\.purpose), log)
        guard let path = settings.metricsFile, desk.changed else { return }
        desk.changed = false
        let text = metricsText(scheduler, now: Clock.unixMilliseconds())
        do { try writeAtomically(Array(text.utf8), to: path) } catch { log.write(.warning, "no metrics: \(error)") }
    }

    /// Waits for errands at the end, not for long.
    func finishErrands() {
        let end = Clock.monotonicNanoseconds() + 20_000_000_000
        runErrands()
        while !errands.isEmpty || !desk.hooks.isEmpty, Clock.monotonicNanoseconds() < end {
            usleep(20_000)
            runErrands()
        }
    }
}
