import RDBytes
import RDRecord
import Yams

extension Configuration {
    private static let types = ["code", "text", "integer", "decimal", "datetime", "id"]
    private static let fieldKeys = ["name", "type", "required", "nullable", "aliases", "pattern", "min", "max"]

    static func schema(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let members = reader.members(document, known: ["kind", "version", "fields"], what: "the schema")
        version(members, document, &reader)
        guard let list = reader.required(members, "fields", in: document, "the schema") else { return .null }
        var fields: [JSONValue] = []
        var owners: [String: String] = [:]
        for node in reader.list(list, "fields") { fields.append(field(node, &owners, &reader)) }
        let names = fields.compactMap { $0["name"]?.string }
        for name in Field.source where !names.contains(name) { reader.fail(list, "the field '\(name)' is missing") }
        return ["kind": "sales-schema", "version": 1, "fields": .array(fields)]
    }

    private static func field(_ node: Node, _ owners: inout [String: String], _ reader: inout YAMLReader) -> JSONValue {
        let members = reader.members(node, known: fieldKeys, what: "a field")
        guard let nameNode = reader.required(members, "name", in: node, "a field"),
            let name = reader.oneOf(nameNode, Field.source, "name")
        else { return .null }
        let typeNode = reader.required(members, "type", in: node, "the field \(name)")
        let type = typeNode.flatMap { reader.oneOf($0, types, "the type of \(name)") }
        var json: JSONValue = ["name": .string(name), "type": .optional(type)]
        for flag in ["required", "nullable"] {
            json[flag] = .bool(members[flag].flatMap { reader.bool($0, "\(flag) of \(name)") } ?? false)
        }
        json["aliases"] = .array(aliases(name, members["aliases"], &owners, &reader))
        if let pattern = members["pattern"], let text = reader.string(pattern, "the pattern of \(name)") {
            checkPattern(pattern, text, &reader)
            json["pattern"] = .string(text)
        }
        addBounds(name, type, members, &json, &reader)
        return json
    }

    private static func aliases(
        _ name: String, _ node: Node?, _ owners: inout [String: String], _ reader: inout YAMLReader
    ) -> [JSONValue] {
        var folded: [String] = []
        let nodes = node.map { reader.list($0, "aliases of \(name)") } ?? []
        for node in nodes {
            guard let alias = reader.string(node, "an alias of \(name)") else { continue }
            let key = SalesSchema.fold(alias)
            if let owner = owners[key], owner != name { reader.fail(node, "'\(alias)' is an alias of \(owner) too") }
            owners[key] = name
            if !folded.contains(key) { folded.append(key) }
        }
        return folded.map { .string($0) }
    }

    private static func addBounds(
        _ name: String, _ type: String?, _ members: [String: Node], _ json: inout JSONValue, _ reader: inout YAMLReader
    ) {
        var ends: [Int64] = []
        for key in ["min", "max"] {
            guard let node = members[key], let text = reader.string(node, "\(key) of \(name)") else { continue }
            guard let value = bound(text, type) else {
                let expected =
                    type == "datetime" ? "an ISO 8601 date" : type == "text" || type == "code" ? "no bound" : "a number"
                reader.fail(node, "found '\(text)'; expected \(expected) for \(key) of \(name)")
                continue
            }
            ends.append(value)
            json[key] = .string(text)
        }
        if ends.count == 2, ends[0] > ends[1] { reader.fail(members["max"], "max of \(name) is below its min") }
    }

    private static func bound(_ text: String, _ type: String?) -> Int64? {
        var bytes = ByteBuffer(capacity: 64)
        bytes.append(text: text)
        let span = bytes.bytes.bytes
        switch type {
        case "datetime": return Timestamp(span, 0..<span.byteCount)?.seconds
        case "integer", "decimal": return try? Decimal4.parse(span, 0..<span.byteCount)
        default: return nil
        }
    }
}
