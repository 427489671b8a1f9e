import RDBytes
import RDSchedule
import Yams

extension Configuration {
    static func timetable(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["kind", "version", "timezone", "slots", "env", "jobs"]
        let members = reader.members(document, known: known, what: "the timetable")
        if members["version"] != nil { version(members, document, &reader) }
        let zone = members["timezone"].flatMap { zoneName($0, &reader) } ?? "UTC"
        let slots = members["slots"].flatMap { reader.integer($0, "slots", in: 1...1000) } ?? 16
        let shared = members["env"].map { variables($0, &reader) } ?? []
        guard let list = reader.required(members, "jobs", in: document, "the timetable") else { return .null }
        var jobs: [(node: Node, json: JSONValue)] = []
        for (key, node) in named(list, &reader) {
            var job = TimetableJob(node, named: key, zone: zone, shared: shared).compile(&reader)
            if let name = job["name"]?.string, jobs.contains(where: { $0.json["name"]?.string == name }) {
                reader.fail(node, "the job '\(name)' stands twice")
                job["name"] = .null
            }
            jobs.append((node, job))
        }
        TimetableChains(jobs: jobs).check(&reader)
        TimetableFiles(jobs: jobs, file: reader.file).check(&reader)
        return [
            "kind": "timetable", "version": 1, "timezone": .string(zone), "slots": .integer(slots),
            "jobs": .array(jobs.map(\.json)),
        ]
    }

    /// The jobs: a list, in which each has a name, or a mapping by their names; nothing where there are none yet.
    private static func named(_ jobs: Node, _ reader: inout YAMLReader) -> [(name: Node?, job: Node)] {
        if case .mapping(let mapping) = jobs { return mapping.map { ($0.key, $0.value) } }
        if case .scalar(let scalar) = jobs, scalar.string.isEmpty, scalar.style == .plain { return [] }
        return reader.list(jobs, "jobs").map { (nil, $0) }
    }

    /// A zone of the system's database.
    static func zoneName(_ node: Node, _ reader: inout YAMLReader) -> String? {
        guard let name = reader.string(node, "timezone") else { return nil }
        if isZone(name) { return name }
        reader.fail(node, "found '\(name)'; expected a time zone like Europe/London, or UTC")
        return nil
    }

    /// Variables, in order of their names.
    static func variables(_ node: Node, _ reader: inout YAMLReader) -> [JSONValue.Member] {
        let ours = ["RD_RUN_ID", "RD_JOB", "RD_SCHEDULED_FOR", "RD_FILE", "RD_ATTEMPT"]
        var found: [JSONValue.Member] = []
        for (name, value) in reader.members(node, known: [], what: "env").sorted(by: { $0.key < $1.key }) {
            let letters = name.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x5F
            }
            if !letters || name.isEmpty || name.first?.isNumber == true {
                reader.fail(value, "'\(name)' cannot be the name of a variable")
            } else if ours.contains(name) {
                reader.fail(value, "\(name) is set by the scheduler for each run")
            } else if case .scalar(let scalar) = value {
                found.append(.init(name, .string(scalar.string)))
            } else {
                reader.fail(value, "found \(reader.describe(value)); expected a text for \(name)")
            }
        }
        return found
    }
}
