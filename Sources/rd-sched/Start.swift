import ArgumentParser
import Glibc
import RDBytes
import RDChain
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Start: AuditedCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the timetable until somebody ends it.",
        discussion: """
            HUP reads the timetable again; one that is wrong is said and not taken over. TERM or INT begins nothing new \
            and waits for what goes on; a second one ends that too. Of each timetable one scheduler runs at a time; \
            another one says which process it is and exits 75.
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var timetable: TimetableOptions

    @Flag(help: "Leave the terminal and go on in the background; the log goes to scheduler.log in the state folder.")
    var daemon = false
    @Option(help: .init("Begin at most so many runs in a second.", valueName: "number")) var startsPerSecond = 50
    @Option(help: .init("Keep the logs of so many runs of each job.", valueName: "number"))
    var keepLogs = RunLog.usualCount
    @Option(help: .init("Write Prometheus's text there whenever something changes.", valueName: "path"))
    var metricsFile: String?
    @Flag(inversion: .prefixedNo, help: "Tell the warehouse of runs (etl_job_runs).") var mirror = true
    @Flag(inversion: .prefixedNo, help: "Raise an alert with rd-alert for failures and missed runs.") var alerts = true

    func validate() throws {
        guard (1...10_000).contains(startsPerSecond) else {
            throw ValidationError("--starts-per-second must be from 1 to 10000")
        }
        guard keepLogs > 0 else { throw ValidationError("--keep-logs must be at least 1") }
    }

    func run() throws {
        let folder = timetable.folder
        _ = try timetable.read()
        if daemon { return try startDaemon(folder) }
        if SchedulerLock.holder(folder.lock) == nil { try RunLog.keep(keepLogs, in: folder.logs) }
        adoptOrphans()
        var settings = Supervisor.Settings()
        settings.startsPerSecond = startsPerSecond
        settings.logs = keepLogs
        settings.metricsFile = metricsFile.map { absolutePath($0) }
        settings.mirrors = mirror
        settings.alerts = alerts
        let log = common.log("rd-sched")
        var isFirst = true
        try Supervisor(folder, timetable.site, settings, log) {
            defer { isFirst = false }
            return isFirst ? try timetable.read() : try readAgain(log)
        }.run()
    }

    /// Another timetable holds from now on, which the account of changes has to tell.
    private func readAgain(_ log: Log) throws -> Timetable {
        let audit = AuditLog(home: Folders().home)
        func record(_ phase: AuditLog.Phase, _ code: Int32?) {
            do {
                try audit.record(phase, "rd-sched", ["reload", "--timetable", timetable.path], exitCode: code)
            } catch {
                log.write(.warning, "the audit log lacks that the timetable was read again: \(error.description)")
            }
        }
        record(.begin, nil)
        do {
            let found = try timetable.read()
            record(.end, 0)
            return found
        } catch {
            record(.end, (error as? any CodedError)?.exitCode.rawValue ?? RDBytes.ExitCode.internalError.rawValue)
            throw error
        }
    }

    /// Starts this command again in a session of its own, and waits until it holds the lock.
    private func startDaemon(_ folder: SchedulerFolder) throws {
        try folder.make()
        if let holder = SchedulerLock.holder(folder.lock) {
            throw RDError(
                .temporary, "a scheduler of this timetable runs already: process \(holder.pid), since \(holder.since)")
        }
        let log = "\(folder.path)/scheduler.log"
        let words = CommandLine.arguments.dropFirst().filter { $0 != "--daemon" }.map(shellWord).joined(separator: " ")
        let line =
            "setsid \(shellWord("\(executableFolder())/rd-sched")) \(words) </dev/null >>\(shellWord(log)) 2>&1 &"
        guard try capture("bash", ["-c", line]).ending == .exit(0) else {
            throw RDError(.unavailable, "the scheduler cannot be started", remedy: "see \(log)")
        }
        for _ in 0..<100 {
            if let holder = SchedulerLock.holder(folder.lock) {
                return common.log("rd-sched").write(
                    .info, "process \(holder.pid) runs the timetable; its log is \(log)")
            }
            usleep(50_000)
        }
        throw RDError(.unavailable, "the scheduler did not begin", remedy: "see \(log)")
    }
}
