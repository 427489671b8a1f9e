extension Scheduler {
    /// Queues a run for each file that arrived for `job`; `place` says where the file of a run goes once it is claimed.
    /// Gives the events and, for each file, its run.
    public mutating func arrive(
        _ files: [String], for job: Job, now: Int64, place: (_ file: String, _ run: String) -> String
    ) -> (events: [JournalEvent], runs: [Run]) {
        var decision = Decision()
        var runs: [Run] = []
        for file in files {
            // Each file has a logical date of its own, for what comes after it.
            let date = max(now / 1000, state.jobs[job.name]?.dates.last.map { $0 + 1 } ?? 0)
            let id = newID(now)
            let run = Run(
                id: id, job: job.name, date: date, cause: .file, notBefore: now / 1000, file: place(file, id))
            record(.queued(run), now, &decision)
            runs.append(run)
        }
        return (decision.events, runs)
    }

    /// Queues a run that somebody asked for; the one who asks begins it.
    public mutating func ask(_ job: Job, date: Int64, cause: Run.Cause, now: Int64) -> (event: JournalEvent, run: Run) {
        var decision = Decision()
        let run = Run(id: newID(now), job: job.name, date: date, cause: cause, notBefore: now / 1000)
        record(.queued(run), now, &decision)
        return (decision.events[0], run)
    }
}
