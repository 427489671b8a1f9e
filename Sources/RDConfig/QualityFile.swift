import RDBytes
import RDQuality
import Yams

extension Configuration {
    static func quality(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["kind", "version", "min_rows", "gates"]
        let members = reader.members(document, known: known, what: "the quality rules")
        version(members, document, &reader)
        let minimum = members["min_rows"].flatMap { reader.integer($0, "min_rows", in: 0...1_000_000_000) } ?? 0
        var json: JSONValue = ["kind": "quality-rules", "version": 1, "min_rows": .integer(minimum)]
        guard let node = reader.required(members, "gates", in: document, "the quality rules") else { return json }
        let gates = reader.members(node, known: Gate.allCases.map(\.rawValue), what: "gates")
        json["gates"] = .object(
            Gate.allCases.compactMap { gate in
                gates[gate.rawValue].map { .init(gate.rawValue, .array(rules($0, gate, &reader))) }
            })
        return json
    }

    private static func rules(_ node: Node, _ gate: Gate, _ reader: inout YAMLReader) -> [JSONValue] {
        var names: [String] = []
        let nodes = reader.list(node, gate.rawValue)
        if nodes.count > GateWatch.mostRules {
            reader.fail(node, "\(gate.rawValue) has \(nodes.count) rules; expected at most \(GateWatch.mostRules)")
        }
        return nodes.map { node in
            let rule = QualityRuleReader.read(node, gate, &reader)
            if let name = rule["rule"]?.string {
                if names.contains(name) { reader.fail(node, "the rule '\(name)' stands twice in \(gate.rawValue)") }
                names.append(name)
            }
            return rule
        }
    }
}
