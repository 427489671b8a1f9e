public import RDSchedule

/// What is known of each job, in Prometheus's text format. `now` is in milliseconds since 1970.
public func metricsText(_ scheduler: Scheduler, now: Int64) -> String {
    let state = scheduler.state
    let jobs = scheduler.timetable.jobs.map(\.name)
    var text = ""
    func seconds(_ milliseconds: Int64) -> String {
        let digits = String(1000 + milliseconds % 1000).dropFirst()
        return "\(milliseconds / 1000).\(digits)"
    }
    func family(_ name: String, _ help: String, _ value: (String) -> String?) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) gauge\n"
        for job in jobs {
            if let value = value(job) { text += "\(name){job=\"\(job)\"} \(value)\n" }
        }
    }
    family("rd_job_last_success_timestamp_seconds", "When the last successful run ended, in seconds since 1970.") {
        state.jobs[$0]?.lastSuccess?.ending.map { seconds($0.at) }
    }
    family("rd_job_last_run_timestamp_seconds", "When the last run ended, in seconds since 1970.") {
        state.jobs[$0]?.last?.ending.map { seconds($0.at) }
    }
    family("rd_job_last_duration_seconds", "How long the last run took.") {
        state.jobs[$0]?.last?.duration.map { seconds($0) }
    }
    family("rd_job_last_exit_code", "The exit code of the last run; -1 where nobody saw its end.") {
        state.jobs[$0]?.last?.ending.map { String($0.code ?? -1) }
    }
    family("rd_job_last_rows", "The records that the last successful run read, where it says so.") {
        state.jobs[$0]?.lastSuccess?.ending?.rows.map(String.init)
    }
    family("rd_job_running", "Runs that go on.") { job in
        String(state.running.count { $0.job == job })
    }
    family("rd_job_queued", "Runs that wait for their turn.") { job in
        String(state.active.values.count { $0.job == job && $0.began == nil })
    }
    family("rd_job_paused", "1 while somebody keeps the job from running.") {
        state.jobs[$0]?.isPaused == true ? "1" : "0"
    }
    let overdue = Set(scheduler.overdue(now: now / 1000).map(\.job))
    family("rd_job_overdue", "1 while a success has not come within the job's expect_within.") {
        overdue.contains($0) ? "1" : "0"
    }
    return text
}
