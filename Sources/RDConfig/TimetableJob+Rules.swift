import RDBytes
import RDSchedule
import Yams

extension TimetableJob {
    func arrival(_ node: Node, _ reader: inout YAMLReader) -> JSONValue {
        var members = ["path": node]
        if case .mapping = node {
            members = reader.members(node, known: ["path", "settle", "done", "failed"], what: "on_file")
        }
        var json: JSONValue = ["path": .null]
        if let node = reader.required(members, "path", in: node, "on_file"), let path = reader.string(node, "path") {
            let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
            if folder.contains(where: { $0.contains { "*?[".contains($0) } }) {
                reader.fail(node, "found '\(path)'; expected wildcards in the last part only")
            }
            json["path"] = .string(path)
        }
        if let settle = members["settle"].flatMap({ span($0, &reader) }) { json["settle"] = .integer(settle) }
        for key in ["done", "failed"] {
            if let text = members[key].flatMap({ reader.string($0, key) }) { json[key] = .string(text) }
        }
        return json
    }

    /// `after: a`, `after: [a, {b: always}]` or `after: {a: success, b: failed}`.
    func upstreams(_ node: Node, _ reader: inout YAMLReader) -> JSONValue {
        let conditions = Job.Condition.allCases.map(\.rawValue)
        var found: [JSONValue] = []
        func add(_ name: String, _ node: Node, _ condition: String) {
            if found.contains(where: { $0["job"]?.string == name }) {
                reader.fail(node, "the job '\(name)' stands twice in after")
            }
            found.append(["job": .string(name), "when": .string(condition)])
        }
        var items = [node]
        if case .sequence(let list) = node { items = Array(list) }
        if items.isEmpty { reader.fail(node, "expected at least one job for after") }
        for item in items {
            if case .mapping = item {
                for (name, value) in reader.members(item, known: [], what: "after").sorted(by: { $0.key < $1.key }) {
                    add(name, value, reader.oneOf(value, conditions, "after \(name)") ?? "success")
                }
            } else if let name = reader.string(item, "after") {
                add(name, item, "success")
            }
        }
        return .array(found)
    }

    /// Settings of retries that no retry would use are flaws.
    func retry(_ members: [String: Node], _ reader: inout YAMLReader) -> JSONValue {
        let limit = members["retries"].flatMap { reader.integer($0, "retries", in: 0...100) } ?? 0
        for key in ["backoff", "retry_on"] where limit == 0 {
            if let node = members[key] { reader.fail(node, "\(key) does nothing without retries") }
        }
        var json: JSONValue = ["limit": .integer(limit)]
        if let node = members["backoff"] { addBackoff(node, &json, &reader) }
        guard let node = members["retry_on"] else { return json }
        let reasons = reader.list(node, "retry_on").compactMap { item -> JSONValue? in
            guard let text = reader.string(item, "retry_on") else { return nil }
            if let reason = Retry.Reason(text) { return .string(reason.text) }
            reader.fail(item, "found '\(text)'; expected an exit code from 1 to 255, signal, timeout, lost or any")
            return nil
        }
        json["on"] = .array(reasons)
        return json
    }

    private func addBackoff(_ node: Node, _ json: inout JSONValue, _ reader: inout YAMLReader) {
        var members = ["first": node]
        if case .mapping = node {
            members = reader.members(node, known: ["first", "factor", "cap", "jitter"], what: "backoff")
        }
        for key in ["first", "cap"] {
            if let seconds = members[key].flatMap({ span($0, &reader) }) { json[key] = .integer(seconds) }
        }
        for (key, range) in [("factor", 1...100), ("jitter", 0...100)] {
            if let number = members[key].flatMap({ reader.integer($0, key, in: range) }) {
                json[key] = .integer(number)
            }
        }
        if let first = json["first"]?.integer, first > json["cap"]?.integer ?? 900 {
            reader.fail(
                members["cap"] ?? node, "the first wait is longer than the cap of \(json["cap"]?.number ?? "900") s")
        }
    }

    func addRules(_ members: [String: Node], _ json: inout JSONValue, _ reader: inout YAMLReader) {
        let overlaps = Job.Overlap.allCases.map(\.rawValue)
        if let node = members["overlap"] {
            json["overlap"] = .optional(reader.oneOf(node, overlaps, "overlap"))
            if json["on_file"] != nil { reader.fail(node, "overlap does nothing here: files are taken one by one") }
        }
        let isClock = ["cron", "at", "every"].contains { json[$0] != nil }
        let policies = Job.CatchUp.allCases.map(\.rawValue)
        if let node = members["catchup"] { json["catchup"] = .optional(reader.oneOf(node, policies, "catchup")) }
        if let seconds = members["catchup_window"].flatMap({ span($0, &reader) }) {
            json["catchup_window"] = .integer(seconds)
        }
        for key in ["catchup", "catchup_window"] where !isClock {
            if let node = members[key] {
                reader.fail(node, "\(key) does nothing for a job that the clock does not run")
            }
        }
        if let node = members["catchup_window"], isClock, json["catchup"]?.string == "none" {
            reader.fail(node, "catchup_window does nothing with catchup: none")
        }
        if let node = members["locks"] {
            json["locks"] = .array(
                reader.list(node, "locks").compactMap { reader.string($0, "a lock") }.map { .string($0) })
        }
        if let nice = members["nice"].flatMap({ reader.integer($0, "nice", in: 0...19) }) {
            json["nice"] = .integer(nice)
        }
    }

    func addEnvironment(_ members: [String: Node], _ json: inout JSONValue, _ reader: inout YAMLReader) {
        let own = members["env"].map { Configuration.variables($0, &reader) } ?? []
        let names = own.map(\.name)
        json["env"] = .object((shared.filter { !names.contains($0.name) } + own).sorted { $0.name < $1.name })
    }
}
