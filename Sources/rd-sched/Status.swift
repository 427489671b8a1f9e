import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDSchedule
import RDSupervise

struct Status: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the scheduler, and what each job does.",
        discussion: "On a terminal a table; elsewhere one JSON object a line, the scheduler's first.")

    @OptionGroup var options: StateOptions
    var common: CommonOptions { options.common }

    func run() throws {
        let scheduler = try options.read()
        let holder = SchedulerLock.holder(options.folder.lock)
        let now = Clock.unixMilliseconds()
        let overdue = Set(scheduler.overdue(now: now / 1000).map(\.job))
        try options.answer(
            [scheduler.account(holder, options.timetable.path)]
                + scheduler.timetable.jobs.map { scheduler.account(of: $0, now, isOverdue: overdue.contains($0.name)) },
            table(scheduler, holder, now, overdue))
    }

    private func table(
        _ scheduler: Scheduler, _ holder: SchedulerLock.Holder?, _ now: Int64, _ overdue: Set<String>
    ) -> [String] {
        let who = holder.map { "scheduler: process \($0.pid), since \($0.since)" } ?? "scheduler: none runs"
        let rows = scheduler.timetable.jobs.map { job -> [String] in
            let json = scheduler.account(of: job, now, isOverdue: overdue.contains(job.name))
            let last = json["last_status"]?.string.map { "\($0) \(json["last_ended"]?.string ?? "")" }
            return [job.name, json["state"]?.string ?? "", last ?? "-", json["next"]?.string ?? "-"]
        }
        return [who, ""] + columnLines([["job", "state", "last run", "next"]] + rows, left: 4)
    }
}

extension Scheduler {
    fileprivate func account(_ holder: SchedulerLock.Holder?, _ timetable: String) -> JSONValue {
        [
            "timetable": .string(timetable), "scheduler": holder == nil ? "none" : "running",
            "pid": holder.map { .integer($0.pid) } ?? .null, "since": .optional(holder?.since),
            "running": .integer(state.running.count), "queued": .integer(state.active.count - state.running.count),
        ]
    }

    fileprivate func account(of job: Job, _ now: Int64, isOverdue: Bool) -> JSONValue {
        let known = state.jobs[job.name]
        let active = (known?.active ?? []).compactMap { state.active[$0] }
        let running = active.count { $0.began != nil }
        var words: [String] = []
        if running > 0 { words.append(running == 1 ? "running" : "\(running) running") }
        if active.count > running { words.append("\(active.count - running) queued") }
        if known?.isPaused == true { words.append("paused") }
        if isOverdue { words.append("overdue") }
        let next = known?.isPaused == true ? nil : job.schedule?.next(after: now / 1000, in: job.zone)
        let last = known?.last
        return [
            "job": .string(job.name), "state": .string(words.isEmpty ? "idle" : words.joined(separator: ", ")),
            "runs": .array(active.map { .string($0.id) }), "last_run": .optional(last?.id),
            "last_status": .optional(last?.statusText),
            "last_ended": .optional(last?.ending.map { job.zone.iso8601($0.at / 1000) }),
            "last_success": .optional(known?.lastSuccess?.ending.map { job.zone.iso8601($0.at / 1000) }),
            "next": .optional(next.map { job.zone.iso8601($0.at) }),
        ]
    }
}
