import RDBytes
import RDSchedule
import Yams

/// One job of a timetable on its way from YAML to JSON.
struct TimetableJob {
    static let triggers = ["at", "daily", "cron", "every", "on_file", "after"]
    private static let known =
        ["name", "run"] + triggers + [
            "timezone", "retries", "backoff", "retry_on", "timeout", "grace", "overlap", "locks", "catchup",
            "catchup_window", "env", "env_file", "workdir", "nice", "on_success", "on_failure", "expect_within",
        ]

    let node: Node
    /// Its name, where jobs stand by name.
    let key: Node?
    let zone: String
    let shared: [JSONValue.Member]

    init(_ node: Node, named key: Node?, zone: String, shared: [JSONValue.Member]) {
        self.node = node
        self.key = key
        self.zone = zone
        self.shared = shared
    }

    func compile(_ reader: inout YAMLReader) -> JSONValue {
        var members = reader.members(node, known: Self.known, what: "a job")
        guard case .mapping = node else { return .null }
        if let key, let second = members.updateValue(key, forKey: "name") {
            reader.fail(second, "the job '\(key.string ?? "")' has its name before the colon; expected no key 'name'")
        }
        let name = reader.required(members, "name", in: node, "a job").flatMap { self.name($0, &reader) }
        let what = "the job \(name ?? "without a name")"
        let command = reader.required(members, "run", in: node, what).flatMap { self.command($0, "run", &reader) }
        var json: JSONValue = ["name": .optional(name), "run": .optional(command)]
        addTrigger(members, &json, &reader)
        json["timezone"] = .string(members["timezone"].flatMap { Configuration.zoneName($0, &reader) } ?? zone)
        json["retry"] = retry(members, &reader)
        for key in ["timeout", "grace", "expect_within"] {
            if let seconds = members[key].flatMap({ span($0, &reader) }) { json[key] = .integer(seconds) }
        }
        addRules(members, &json, &reader)
        addEnvironment(members, &json, &reader)
        for key in ["env_file", "workdir"] {
            if let text = members[key].flatMap({ reader.string($0, key) }) { json[key] = .string(text) }
        }
        for key in ["on_success", "on_failure"] {
            if let text = members[key].flatMap({ self.command($0, key, &reader) }) { json[key] = .string(text) }
        }
        return json
    }

    private func command(_ node: Node, _ key: String, _ reader: inout YAMLReader) -> String? {
        guard let text = reader.string(node, key) else { return nil }
        if !text.allSatisfy(\.isWhitespace) { return text }
        reader.fail(node, "found nothing but blanks; expected a command for \(key)")
        return nil
    }

    /// A job's name is a file name too.
    private func name(_ node: Node, _ reader: inout YAMLReader) -> String? {
        guard let name = reader.string(node, "name") else { return nil }
        if Job.isName(name) { return name }
        reader.fail(node, "found '\(name)'; expected a name of letters, digits, '_', '-' and '.', at most 63 of them")
        return nil
    }

    private func addTrigger(_ members: [String: Node], _ json: inout JSONValue, _ reader: inout YAMLReader) {
        let given = Self.triggers.filter { members[$0] != nil }
        if given.count > 1, let node = members[given[1]] {
            let reason = given.contains("after") ? "; a job takes its dates from those it comes after" : ""
            reader.fail(node, "a job has one of \(given.joined(separator: " and ")), not both\(reason)")
        }
        guard let key = given.first, let node = members[key] else { return }
        switch key {
        case "cron":
            if let text = checked(node, "cron", &reader, CronExpression.init)?.text { json["cron"] = .string(text) }
        case "at", "daily": json["at"] = times(node, key, &reader)
        case "every": if let seconds = span(node, &reader) { json["every"] = .integer(seconds) }
        case "on_file": json["on_file"] = arrival(node, &reader)
        default: json["after"] = upstreams(node, &reader)
        }
    }

    private func times(_ node: Node, _ key: String, _ reader: inout YAMLReader) -> JSONValue {
        var nodes = [node]
        if case .sequence(let list) = node { nodes = Array(list) }
        if nodes.isEmpty { reader.fail(node, "expected at least one time of the day for \(key)") }
        return .array(
            nodes.compactMap { node in
                guard let minute = checked(node, key, &reader, Schedule.minute) else { return nil }
                let digits = String(10000 + minute / 60 * 100 + minute % 60)
                return .string("\(digits.dropFirst().prefix(2)):\(digits.suffix(2))")
            })
    }

    func span(_ node: Node, _ reader: inout YAMLReader) -> Int64? { checked(node, "a span", &reader, spanOfTime) }

    /// The value that `parse` makes of a text; what it throws becomes a flaw.
    func checked<Value>(
        _ node: Node, _ what: String, _ reader: inout YAMLReader, _ parse: (String) throws(ScheduleFlaw) -> Value
    ) -> Value? {
        guard let text = reader.string(node, what) else { return nil }
        do {
            return try parse(text)
        } catch {
            reader.fail(node, error.message)
            return nil
        }
    }
}
