extension Scheduler {
    /// Finds out what is not known of the next fires.
    private mutating func look() {
        for name in unsure {
            guard let place = timetable.place(of: name) else { continue }
            let job = timetable.jobs[place]
            guard let known = state.jobs[name], !known.isPaused, let schedule = job.schedule else {
                fires.set(place, nil)
                continue
            }
            fires.set(place, schedule.next(after: known.cursor, in: job.zone)?.at)
        }
        unsure = []
    }

    /// Queues what the clock runs, and decides on what it should have run while nobody looked.
    mutating func fire(_ now: Int64, _ decision: inout Decision) {
        let seconds = now / 1000
        look()
        while decision.events.count < Self.mostAtOnce, let first = fires.pop(until: seconds) {
            let job = timetable.jobs[first.place]
            let (due, end) = dueFires(job, from: first.at, until: seconds)
            let late = due.filter { seconds - $0 > Self.tolerance }
            let caught = catchUp(job, late, hasNewer: late.count < due.count, now: seconds)
            let missed = late.count - caught.count
            // What is caught up is the end of what is late.
            if missed > 0 { record(.missed(job: job.name, through: late[missed - 1], count: missed), now, &decision) }
            for date in caught { admit(job, date, .catchup, now, &decision) }
            for date in due where seconds - date <= Self.tolerance { admit(job, date, .schedule, now, &decision) }
            unsure.remove(job.name)
            fires.set(first.place, job.schedule?.next(after: end, in: job.zone)?.at)
        }
    }

    /// The fires from `first` until `end` that have not run, and the moment up to which these are all. Of a very long
    /// absence only the last part is looked at. Where all of them run, a part of them is enough for now.
    private func dueFires(_ job: Job, from first: Int64, until end: Int64) -> (due: [Int64], end: Int64) {
        let known = state.jobs[job.name]
        var due: [Int64] = []
        var toRun = 0
        var fire: Int64? = first
        while let next = fire, next <= end {
            if known?.isDecided(next) != true {
                due.append(next)
                if job.catchUp == .all, end - next <= job.catchUpWindow { toRun += 1 }
                if toRun == Self.mostAtOnce { return (due, next) }
            }
            var from = next
            if due.count == 100_000 { from = max(from, end - max(job.catchUpWindow, Self.tolerance)) }
            fire = job.schedule?.next(after: from, in: job.zone)?.at
        }
        return (due, end)
    }

    /// Those of the fires that passed that the job's rule runs after all.
    private func catchUp(_ job: Job, _ late: [Int64], hasNewer: Bool, now: Int64) -> [Int64] {
        let recent = late.filter { now - $0 <= job.catchUpWindow }
        switch job.catchUp {
        case .none: return []
        case .latest: return hasNewer ? [] : Array(recent.suffix(1))
        case .all: return recent
        }
    }

    /// When `decide` should be called again at the latest, in seconds since 1970; nil where only an event can change
    /// anything.
    public mutating func nextWake() -> Int64? {
        look()
        if !state.loose.isEmpty { return horizon }
        var wake = fires.first()?.at
        for run in state.active.values where run.began == nil && run.notBefore > horizon {
            wake = min(wake ?? run.notBefore, run.notBefore)
        }
        return wake
    }
}
