public import RDBytes

extension JournalEvent {
    /// The event as one line of the journal holds it, but for the checksum.
    public var json: JSONValue {
        var json: JSONValue = ["at": .integer(at)]
        func set(_ name: String, _ members: [(String, JSONValue)]) {
            json["event"] = .string(name)
            for (key, value) in members where value != .null { json[key] = value }
        }
        switch kind {
        case .seen(let job, let trigger): set("seen", [("job", .string(job)), ("trigger", .string(trigger))])
        case .removed(let job): set("removed", [("job", .string(job))])
        case .queued(let run): set("queued", run.members)
        case .skipped(let job, let date, let reason):
            set("skipped", [("job", .string(job)), ("date", .integer(date)), ("reason", .string(reason.rawValue))])
        case .missed(let job, let through, let count):
            set("missed", [("job", .string(job)), ("date", .integer(through)), ("count", .integer(count))])
        case .began(let run, let owner, let log):
            set("began", [("run", .string(run))] + owner.members + [("log", .string(log))])
        case .kept(let run, let keeper): set("kept", [("run", .string(run))] + keeper.members)
        case .ended(let run, let ending): set("ended", [("run", .string(run))] + ending.members)
        case .settled(let job, let date): set("settled", [("job", .string(job)), ("date", .integer(date))])
        case .cancelled(let run, let by): set("cancelled", [("run", .string(run)), ("by", .string(by))])
        case .paused(let job, let by): set("paused", [("job", .string(job)), ("by", .string(by))])
        case .resumed(let job, let by): set("resumed", [("job", .string(job)), ("by", .string(by))])
        case .alarmed(let job, let since):
            set("alarmed", [("job", .string(job)), ("since", since.map { .integer($0) } ?? .null)])
        case .known(let state): set("known", [("state", state.json)])
        }
        return json
    }

    /// Reads an event; nil where it is none that this version knows.
    public init?(_ json: JSONValue) {
        guard let at = json["at"]?.integer, let name = json["event"]?.string, let kind = Kind(name, json) else {
            return nil
        }
        self.init(at: Int64(at), kind)
    }
}

extension JournalEvent.Kind {
    fileprivate init?(_ name: String, _ json: JSONValue) {
        let job = json["job"]?.string ?? ""
        let run = json["run"]?.string ?? ""
        let date = Int64(json["date"]?.integer ?? 0)
        let by = json["by"]?.string ?? ""
        switch name {
        case "seen": self = .seen(job: job, trigger: json["trigger"]?.string ?? "")
        case "removed": self = .removed(job: job)
        case "queued":
            guard let run = Run(json) else { return nil }
            self = .queued(run)
        case "skipped":
            guard let reason = JournalEvent.SkipReason(json["reason"]) else { return nil }
            self = .skipped(job: job, date: date, reason: reason)
        case "missed": self = .missed(job: job, through: date, count: json["count"]?.integer ?? 0)
        case "began":
            guard let owner = ProcessMark(json) else { return nil }
            self = .began(run: run, owner: owner, log: json["log"]?.string ?? "")
        case "kept":
            guard let keeper = ProcessMark(json) else { return nil }
            self = .kept(run: run, keeper: keeper)
        case "ended":
            guard let ending = Run.Ending(json) else { return nil }
            self = .ended(run: run, ending)
        case "settled": self = .settled(job: job, date: date)
        case "cancelled": self = .cancelled(run: run, by: by)
        case "paused": self = .paused(job: job, by: by)
        case "resumed": self = .resumed(job: job, by: by)
        case "alarmed": self = .alarmed(job: job, since: json["since"]?.integer.map(Int64.init))
        case "known":
            guard let state = json["state"].flatMap({ SchedulerState($0) }) else { return nil }
            self = .known(state)
        default: return nil
        }
    }
}
