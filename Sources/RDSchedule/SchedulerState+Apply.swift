extension SchedulerState {
    /// Takes an event into account.
    public mutating func apply(_ event: JournalEvent) {
        let seconds = event.at / 1000
        switch event.kind {
        case .seen(let job, let trigger): see(job, trigger, seconds)
        case .removed(let job): jobs[job]?.trigger = ""
        case .queued(let run): queue(run, seconds)
        case .skipped(let job, let date, _): skip(job, date, seconds)
        case .missed(let job, let through, _):
            known(job, seconds)
            advance(job, to: through)
        case .began(let id, let owner, let log):
            active[id]?.began = event.at
            active[id]?.owner = owner
            active[id]?.log = log
        case .kept(let id, let keeper): active[id]?.keeper = keeper
        case .ended(let id, let ending): end(id, ending)
        case .settled(let job, let date): loose.remove(job, date)
        case .cancelled(let id, let by):
            guard let run = active[id] else { return }
            cancelled[id] = by
            if run.began == nil { end(id, Run.Ending(status: .cancelled, code: nil, at: event.at)) }
        case .paused(let job, _):
            known(job, seconds)
            jobs[job]?.isPaused = true
        case .resumed(let job, _):
            known(job, seconds)
            jobs[job]?.isPaused = false
            jobs[job]?.cursor = seconds
            jobs[job]?.since = seconds
        case .alarmed(let job, let since): jobs[job]?.alarmed = since
        case .known(let state): self = state
        }
    }

    private mutating func advance(_ job: String, to date: Int64) {
        guard let cursor = jobs[job]?.cursor, cursor < date else { return }
        jobs[job]?.cursor = date
    }

    private mutating func known(_ job: String, _ seconds: Int64) {
        if jobs[job] == nil { jobs[job] = JobState(cursor: seconds, trigger: "", since: seconds) }
    }

    /// A new trigger does not run for the time before it came.
    private mutating func see(_ job: String, _ trigger: String, _ seconds: Int64) {
        known(job, seconds)
        jobs[job]?.trigger = trigger
        jobs[job]?.cursor = seconds
        jobs[job]?.since = seconds
    }

    private mutating func queue(_ run: Run, _ seconds: Int64) {
        known(run.job, seconds)
        active[run.id] = run
        jobs[run.job]?.active.append(run.id)
        guard run.cause.leadsOn else { return }
        jobs[run.job]?.decide(run.date)
        if run.cause == .schedule || run.cause == .catchup, run.attempt == 1 { advance(run.job, to: run.date) }
        loose.remove(run.job, run.date)
    }

    private mutating func skip(_ job: String, _ date: Int64, _ seconds: Int64) {
        known(job, seconds)
        jobs[job]?.decide(date)
        advance(job, to: date)
        loose.append(LooseDate(job: job, date: date, run: nil))
        jobs[job]?.conclude(date, .skipped, isFirst: true)
    }

    private mutating func end(_ id: String, _ ending: Run.Ending) {
        guard var run = active.removeValue(forKey: id) else { return }
        run.ending = ending
        cancelled[id] = nil
        // Mostly the first one: the search is short however many wait.
        if let place = jobs[run.job]?.active.firstIndex(of: id) { jobs[run.job]?.active.remove(at: place) }
        jobs[run.job]?.last = run
        if ending.status == .success {
            jobs[run.job]?.lastSuccess = run
            jobs[run.job]?.cover(run)
        }
        ended.append(run)
        if ended.count > 2 * Self.memory { ended.removeFirst(Self.memory) }
        guard run.cause.leadsOn else { return }
        loose.append(LooseDate(job: run.job, date: run.date, run: run))
        jobs[run.job]?.conclude(
            run.date, ending.status == .success ? .success : .failed, isFirst: run.attempt == 1)
    }
}

extension SchedulerState.JobState {
    /// A success covers what its schedule names up to the date that it was for; one for a date to come, up to now. One
    /// of a backfill says nothing of the present.
    mutating func cover(_ run: Run) {
        guard run.cause != .backfill, let ending = run.ending else { return }
        covered = max(covered ?? .min, min(run.date, ending.at / 1000))
    }
}
