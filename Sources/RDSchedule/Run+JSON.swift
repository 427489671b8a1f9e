import RDBytes

extension Run {
    /// The run before it began, as the journal has it.
    var members: [(String, JSONValue)] {
        [
            ("run", .string(id)), ("job", .string(job)), ("date", .integer(date)), ("cause", .string(cause.rawValue)),
            ("attempt", .integer(attempt)), ("not_before", .integer(notBefore)), ("file", .optional(file)),
        ]
    }

    init?(_ json: JSONValue) {
        guard let id = json["run"]?.string, let job = json["job"]?.string, let date = json["date"]?.integer,
            let cause = Cause(json["cause"]), let attempt = json["attempt"]?.integer,
            let notBefore = json["not_before"]?.integer
        else { return nil }
        self.init(
            id: id, job: job, date: Int64(date), cause: cause, attempt: attempt, notBefore: Int64(notBefore),
            file: json["file"]?.string)
    }

    /// Everything that is known of the run.
    var whole: JSONValue {
        var json = JSONValue.of(members)
        json["began"] = began.map { .integer($0) }
        json["log"] = log.map { .string($0) }
        json["owner"] = owner.map { .of($0.members) }
        json["keeper"] = keeper.map { .of($0.members) }
        json["ending"] = ending.map { .of($0.members) }
        return json
    }

    init?(whole json: JSONValue) {
        self.init(json)
        began = json["began"]?.integer.map(Int64.init)
        log = json["log"]?.string
        owner = json["owner"].flatMap { ProcessMark($0) }
        keeper = json["keeper"].flatMap { ProcessMark($0) }
        ending = json["ending"].flatMap { Ending($0) }
    }
}

extension Run.Ending {
    var members: [(String, JSONValue)] {
        [
            ("status", .string(status.rawValue)), ("code", code.map { .integer($0) } ?? .null), ("ended", .integer(at)),
            ("stages", stages), ("rows", rows.map { .integer($0) } ?? .null),
        ]
    }

    init?(_ json: JSONValue) {
        guard let status = Run.Status(json["status"]), let at = json["ended"]?.integer else { return nil }
        self.init(
            status: status, code: json["code"]?.integer, at: Int64(at), stages: json["stages"] ?? .array([]),
            rows: json["rows"]?.integer)
    }
}

extension ProcessMark {
    var members: [(String, JSONValue)] {
        [("pid", .integer(pid)), ("ticks", .integer(ticks)), ("boot", .string(boot))]
    }

    init?(_ json: JSONValue) {
        guard let pid = json["pid"]?.integer, let ticks = json["ticks"]?.integer, let boot = json["boot"]?.string else {
            return nil
        }
        self.init(pid: Int32(truncatingIfNeeded: pid), ticks: UInt64(ticks), boot: boot)
    }
}

extension JSONValue {
    /// An object of these members, but for those that are null.
    static func of(_ members: [(String, JSONValue)]) -> JSONValue {
        .object(members.filter { $0.1 != .null }.map { Member($0.0, $0.1) })
    }
}
