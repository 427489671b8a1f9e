import RDBytes

extension Scheduler {
    /// Decides what follows from runs that ended and dates that were skipped: another attempt, the jobs after them.
    mutating func settle(_ now: Int64, _ chance: Double, _ decision: inout Decision) {
        while decision.events.count < Self.mostAtOnce, let loose = state.loose.first {
            if let run = loose.run, let job = timetable[run.job], let ending = run.ending, let reason = ending.reason {
                if let wait = job.retry.wait(after: run.attempt, reason: reason, chance: chance) {
                    again(run, .retry, notBefore: ending.at / 1000 + wait, now, &decision)
                    continue
                }
                if ending.status == .lost, mayCatchUp(job, run, now / 1000) {
                    again(run, .catchup, notBefore: now / 1000, now, &decision)
                    continue
                }
            }
            leadOn(loose.job, loose.date, now, &decision)
            record(.settled(job: loose.job, date: loose.date), now, &decision)
        }
    }

    /// A run that was lost, with the machine or its supervisor, did not happen: it is caught up like one that was
    /// missed, three times at most.
    private func mayCatchUp(_ job: Job, _ run: Run, _ now: Int64) -> Bool {
        guard job.catchUp != .none, now - run.date <= job.catchUpWindow, run.attempt <= job.retry.limit + 3 else {
            return false
        }
        if job.catchUp == .all || run.file != nil { return true }
        return state.jobs[job.name]?.dates.last.map { $0 <= run.date } ?? true
    }

    /// Runs or skips the jobs that come after `name`, where all that they wait for have ended for that date.
    private mutating func leadOn(_ name: String, _ date: Int64, _ now: Int64, _ decision: inout Decision) {
        for job in timetable.downstream(of: name) {
            guard let (joined, holds) = join(job, date) else { continue }
            guard state.jobs[job.name]?.isDecided(joined) != true, state.jobs[job.name]?.isPaused != true else {
                continue
            }
            if holds {
                admit(job, joined, .after, now, &decision)
            } else {
                record(.skipped(job: job.name, date: joined, reason: .upstream), now, &decision)
            }
        }
    }

    /// The logical date of a job that comes after others, and whether these ended as they must; nil while one of them
    /// has not ended.
    private func join(_ job: Job, _ date: Int64) -> (date: Int64, holds: Bool)? {
        var joined = date
        var holds = true
        for upstream in job.upstreams {
            guard let result = result(of: upstream.job, date, isDay: joinsByDay.contains(job.name), job.zone) else {
                return nil
            }
            joined = max(joined, result.date)
            switch upstream.condition {
            case .success: holds = holds && result.outcome == .success
            case .failed: holds = holds && result.outcome == .failed
            case .always: break
            }
        }
        return (joined, holds)
    }

    private func result(of name: String, _ date: Int64, isDay: Bool, _ zone: Zone) -> SchedulerState.Result? {
        guard let job = state.jobs[name] else { return nil }
        // Of runs that somebody asked for nothing follows, so that nothing waits for them.
        let unfinished = job.active.compactMap { state.active[$0] }.filter(\.cause.leadsOn).map(\.date)
        func isSame(_ other: Int64) -> Bool {
            isDay ? zone.local(other).dateKey == zone.local(date).dateKey : other == date
        }
        if unfinished.contains(where: isSame) { return nil }
        return job.results.last { isSame($0.date) }
    }
}

extension Timetable {
    /// Jobs that come after several others whose dates come from different schedules.
    var jobsJoinedByDay: Set<String> {
        Set(
            jobs.filter { $0.upstreams.count > 1 }.filter { job in
                let roots = roots(of: job.name)
                return roots.dropFirst().contains { $0.trigger != roots[0].trigger || $0.zone != roots[0].zone }
            }.map(\.name))
    }

    /// The jobs at the beginning of the chains that lead to `name`.
    private func roots(of name: String) -> [Job] {
        var found: [Job] = []
        var waiting = [name]
        var seen: Set<String> = []
        while let next = waiting.popLast() {
            guard seen.insert(next).inserted, let job = self[next] else { continue }
            if job.upstreams.isEmpty { found.append(job) } else { waiting += job.upstreams.map(\.job) }
        }
        return found
    }
}
