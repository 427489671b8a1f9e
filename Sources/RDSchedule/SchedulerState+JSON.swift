import RDBytes

extension SchedulerState {
    /// Everything that is known.
    var json: JSONValue {
        let loose = loose.all.map { item -> JSONValue in
            .of([("job", .string(item.job)), ("date", .integer(item.date)), ("run", item.run?.whole ?? .null)])
        }
        return [
            "jobs": .object(jobs.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, $0.value.json) }),
            "active": .array(active.values.sorted { $0.id < $1.id }.map(\.whole)), "ended": .array(ended.map(\.whole)),
            "cancelled": .object(
                cancelled.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }),
            "loose": .array(loose),
        ]
    }

    init?(_ json: JSONValue) {
        guard let jobs = json["jobs"]?.members, let active = json["active"]?.array, let ended = json["ended"]?.array,
            let loose = json["loose"]?.array
        else { return nil }
        for member in jobs { self.jobs[member.name] = JobState(member.value) }
        for run in active.compactMap({ Run(whole: $0) }) { self.active[run.id] = run }
        self.ended = ended.compactMap { Run(whole: $0) }
        for member in json["cancelled"]?.members ?? [] { cancelled[member.name] = member.value.string }
        for item in loose {
            guard let job = item["job"]?.string, let date = item["date"]?.integer else { continue }
            self.loose.append(LooseDate(job: job, date: Int64(date), run: item["run"].flatMap { Run(whole: $0) }))
        }
    }
}

extension SchedulerState.JobState {
    fileprivate var json: JSONValue {
        .of([
            ("cursor", .integer(cursor)), ("trigger", .string(trigger)), ("paused", isPaused ? .bool(true) : .null),
            ("active", .array(active.map { .string($0) })), ("last", last?.whole ?? .null),
            ("last_success", lastSuccess?.whole ?? .null), ("since", .integer(since)),
            ("covered", covered.map { .integer($0) } ?? .null),
            ("alarmed", alarmed.map { .integer($0) } ?? .null), ("floor", floor == .min ? .null : .integer(floor)),
            ("dates", .array(dates.map { .integer($0) })),
            ("results", .array(results.map { .array([.integer($0.date), .string($0.outcome.rawValue)]) })),
        ])
    }

    fileprivate init?(_ json: JSONValue) {
        guard let cursor = json["cursor"]?.integer, let since = json["since"]?.integer else { return nil }
        self.init(cursor: Int64(cursor), trigger: json["trigger"]?.string ?? "", since: Int64(since))
        isPaused = json["paused"]?.bool ?? false
        active = json["active"]?.texts ?? []
        last = json["last"].flatMap { Run(whole: $0) }
        lastSuccess = json["last_success"].flatMap { Run(whole: $0) }
        covered = json["covered"]?.integer.map(Int64.init)
        if covered == nil, let lastSuccess { cover(lastSuccess) }
        alarmed = json["alarmed"]?.integer.map(Int64.init)
        floor = json["floor"]?.integer.map(Int64.init) ?? .min
        dates = (json["dates"]?.array ?? []).compactMap { $0.integer.map(Int64.init) }
        results = (json["results"]?.array ?? []).compactMap { item in
            guard let pair = item.array, pair.count == 2, let date = pair[0].integer,
                let outcome = SchedulerState.Outcome(pair[1])
            else { return nil }
            return SchedulerState.Result(date: Int64(date), outcome: outcome)
        }
    }
}
