extension Scheduler {
    /// Queued runs that may begin at `now` (seconds since 1970), in their order: their time has come, no run of the
    /// same job goes on, their locks are free, and a slot is.
    public func startable(now: Int64) -> [Run] {
        let running = state.running
        var slots = timetable.slots - running.count
        var busy = Set(running.map(\.job))
        var held = Set(running.flatMap { timetable[$0.job]?.locks ?? [] })
        var found: [Run] = []
        for run in timetable.inOrder(firstOfEachJob(now)) {
            guard slots > 0 else { break }
            guard let job = timetable[run.job], !busy.contains(run.job), held.isDisjoint(with: job.locks) else {
                continue
            }
            slots -= 1
            busy.insert(run.job)
            held.formUnion(job.locks)
            found.append(run)
        }
        return found
    }

    /// The queued run of each job that is the first to begin. The others of the job wait for it in any case, and there
    /// may be thousands, which are not put in order each time.
    private func firstOfEachJob(_ now: Int64) -> [Run] {
        var first: [String: Run] = [:]
        for run in state.active.values where run.began == nil && run.notBefore <= now && run.cause.isOfTimetable {
            if let other = first[run.job], timetable.precedes(other, run) { continue }
            first[run.job] = run
        }
        return Array(first.values)
    }

    /// What keeps `job` from running now by hand: a name for people; nil where nothing does.
    public func obstacle(to job: Job, allowsSameJob: Bool = false) -> String? {
        for run in state.running {
            if run.job == job.name, !allowsSameJob { return "\(run.job) is running already (run \(run.id))" }
            let locks = timetable[run.job]?.locks ?? []
            if let lock = job.locks.first(where: locks.contains) {
                return "the lock '\(lock)' is held by \(run.job) (run \(run.id))"
            }
        }
        return nil
    }

    /// A job from which a success should have come by now.
    public struct Overdue: Equatable, Sendable {
        /// The job's name.
        public let job: String
        /// Since when, in seconds since 1970.
        public let since: Int64
    }

    /// The jobs from which a success should have come by `now`, in seconds since 1970.
    public func overdue(now: Int64) -> [Overdue] {
        timetable.jobs.compactMap { job in
            guard let limit = job.expectWithin, let known = state.jobs[job.name], !known.isPaused else { return nil }
            var start = max(known.since, known.lastSuccess?.ending.map { $0.at / 1000 } ?? .min)
            if let schedule = job.schedule {
                let last = max(known.since, known.covered ?? .min)
                guard let fire = schedule.next(after: last, in: job.zone) else { return nil }
                start = fire.at
            }
            return start + limit < now ? Overdue(job: job.name, since: start + limit) : nil
        }
    }
}

extension Timetable {
    /// Queued runs in the order in which they begin.
    fileprivate func inOrder(_ runs: [Run]) -> [Run] { runs.count < 2 ? runs : runs.sorted(by: precedes) }

    /// True where a queued run comes before another one.
    fileprivate func precedes(_ left: Run, _ right: Run) -> Bool {
        if (left.notBefore, left.date) != (right.notBefore, right.date) {
            return (left.notBefore, left.date) < (right.notBefore, right.date)
        }
        return (place(of: left.job) ?? .max, left.id) < (place(of: right.job) ?? .max, right.id)
    }
}
