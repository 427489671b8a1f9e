public import RDBytes

extension Job {
    /// Reads a job of a timetable's compiled form. What is missing is exit 78.
    public init(_ json: JSONValue, zone: Zone) throws {
        guard let name = json["name"]?.string, let command = json["run"]?.string else {
            throw ScheduleFlaw("not the compiled form of a job")
        }
        self.name = name
        self.command = command
        self.zone = zone
        trigger = try Trigger(json)
        retry = Retry(json["retry"] ?? .null)
        timeout = json["timeout"]?.integer.map(Int64.init)
        grace = Int64(json["grace"]?.integer ?? 10)
        overlap = Overlap(json["overlap"]) ?? .skip
        locks = json["locks"]?.texts ?? []
        catchUp = CatchUp(json["catchup"]) ?? .latest
        catchUpWindow = Int64(json["catchup_window"]?.integer ?? 86400)
        environment = (json["env"]?.members ?? []).map { Variable(name: $0.name, value: $0.value.string ?? "") }
        environmentFile = json["env_file"]?.string
        folder = json["workdir"]?.string
        niceness = json["nice"]?.integer ?? 0
        onSuccess = json["on_success"]?.string
        onFailure = json["on_failure"]?.string
        expectWithin = json["expect_within"]?.integer.map(Int64.init)
    }
}

extension Job.Trigger {
    init(_ json: JSONValue) throws {
        if let text = json["cron"]?.string {
            self = .clock(.cron(try CronExpression(text)))
        } else if let times = json["at"]?.texts {
            self = .clock(try Schedule(times: times))
        } else if let seconds = json["every"]?.integer {
            self = .clock(.every(Int64(seconds)))
        } else if let file = json["on_file"], let pattern = file["path"]?.string {
            self = .file(
                Job.FileTrigger(
                    pattern: pattern, settle: Int64(file["settle"]?.integer ?? 5), done: file["done"]?.string,
                    failed: file["failed"]?.string))
        } else if let list = json["after"]?.array {
            self = .after(
                list.compactMap { item in
                    item["job"]?.string.map {
                        Job.Upstream(job: $0, condition: Job.Condition(item["when"]) ?? .success)
                    }
                })
        } else {
            self = .manual
        }
    }
}

extension Retry {
    init(_ json: JSONValue) {
        limit = json["limit"]?.integer ?? 0
        first = Int64(json["first"]?.integer ?? 30)
        factor = Int64(json["factor"]?.integer ?? 2)
        cap = Int64(json["cap"]?.integer ?? 900)
        jitter = json["jitter"]?.integer ?? 20
        reasons = json["on"]?.texts.map { Set($0.compactMap { Reason($0) }) } ?? Retry.usualReasons
    }
}

extension RawRepresentable where RawValue == String {
    init?(_ json: JSONValue?) {
        guard let value = json?.string.flatMap({ Self(rawValue: $0) }) else { return nil }
        self = value
    }
}

extension JSONValue {
    /// The texts of an array.
    var texts: [String]? { array?.compactMap(\.string) }
}

extension Job {
    /// Whether a job may be called so: letters, digits, `_`, `-` and `.`, at most 63 and the first a letter or digit, as
    /// the name is a file's too.
    public static func isName(_ text: String) -> Bool {
        let pattern = try? BytePattern("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}")
        return Array(text.utf8).withUnsafeBytes { pattern?.matches($0.bytes) ?? false }
    }
}
