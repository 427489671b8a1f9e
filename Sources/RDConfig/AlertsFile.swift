import RDAlert
import RDBytes
import RDSchedule
import Yams

extension Configuration {
    static func alerts(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["kind", "version", "log", "watch", "jobs", "channels"]
        let members = reader.members(document, known: known, what: "the alerts")
        version(members, document, &reader)
        var json: JSONValue = ["kind": "alerts", "version": 1]
        json["log"] = members["log"].flatMap { reader.string($0, "log") }.map { .string($0) }
        json["watch"] = members["watch"].map { watch($0, &reader) }
        json["jobs"] = .array(jobs(members["jobs"], &reader))
        json["channels"] = .array(channels(members["channels"], &reader))
        return json
    }

    private static func watch(_ node: Node, _ reader: inout YAMLReader) -> JSONValue {
        let members = reader.members(node, known: ["look_back", "slow", "missed"], what: "watch")
        var json: JSONValue = .object([])
        json["look_back"] = members["look_back"].flatMap { span($0, "look_back", &reader) }.map { .integer($0) }
        for name in ["slow", "missed"] { json[name] = members[name].map { expectation($0, name, &reader) } }
        return json
    }

    private static func expectation(_ node: Node, _ name: String, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["runs", "least_runs", "factor", "deviations", "least"]
        let members = reader.members(node, known: known, what: name)
        let runs = members["runs"].flatMap { reader.integer($0, "runs", in: 2...1000) }
        let least = members["least_runs"].flatMap { reader.integer($0, "least_runs", in: 2...1000) }
        if let least, let place = members["least_runs"], least > runs ?? 20 {
            reader.fail(place, "found \(least) for least_runs; expected at most runs, which is \(runs ?? 20)")
        }
        var json: JSONValue = .object([])
        json["runs"] = runs.map { .integer($0) }
        json["least_runs"] = least.map { .integer($0) }
        json["factor"] = members["factor"].flatMap { factor($0, &reader) }.map { .integer($0) }
        json["deviations"] = members["deviations"].flatMap { reader.integer($0, "deviations", in: 1...100) }
            .map { .integer($0) }
        json["least"] = members["least"].flatMap { span($0, "least", &reader) }.map { .integer($0) }
        return json
    }

    /// A factor in ten-thousandths.
    private static func factor(_ node: Node, _ reader: inout YAMLReader) -> Int? {
        guard let text = reader.string(node, "factor") else { return nil }
        if let value = Decimal4.sum(text), (10_000...1_000_000).contains(value) { return Int(value) }
        reader.fail(node, "found '\(text)'; expected a factor from 1 to 100, with at most four places")
        return nil
    }

    /// A span of time in seconds.
    static func span(_ node: Node, _ what: String, _ reader: inout YAMLReader) -> Int64? {
        guard let text = reader.string(node, what) else { return nil }
        do {
            return try spanOfTime(text)
        } catch {
            reader.fail(node, "\(error.message) for \(what)")
            return nil
        }
    }

    private static func jobs(_ node: Node?, _ reader: inout YAMLReader) -> [JSONValue] {
        var names: [String] = []
        return (node.map { reader.list($0, "jobs") } ?? []).map { entry in
            let members = reader.members(entry, known: ["job", "expect_within", "slower_than"], what: "a job")
            let name = reader.required(members, "job", in: entry, "a job").flatMap { reader.string($0, "job") }
            if let name, names.contains(name) { reader.fail(entry, "the job '\(name)' stands twice") }
            names.append(name ?? "")
            var json: JSONValue = ["job": .optional(name)]
            if let node = members["expect_within"] {
                let seconds = node.string == "never" ? 0 : span(node, "expect_within", &reader)
                json["expect_within"] = seconds.map { .integer($0) }
            }
            json["slower_than"] = members["slower_than"].flatMap { span($0, "slower_than", &reader) }
                .map { .integer($0) }
            return json
        }
    }

    private static func channels(_ node: Node?, _ reader: inout YAMLReader) -> [JSONValue] {
        var names: [String] = []
        return (node.map { reader.list($0, "channels") } ?? []).map { entry in
            let json = AlertChannelReader.read(entry, &reader)
            if let name = json["channel"]?.string {
                if names.contains(name) { reader.fail(entry, "the channel '\(name)' stands twice") }
                names.append(name)
            }
            return json
        }
    }
}
