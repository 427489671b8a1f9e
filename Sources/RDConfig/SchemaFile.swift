import RDBytes
import RDRecord
import Yams

extension Configuration {
    private static let types = ["code", "text", "integer", "decimal", "datetime", "id"]
    /// The one type that each column can have, in the order of `Field.source`.
    private static let ownTypes = ["code", "code", "text", "integer", "datetime", "decimal", "id", "text"]
    /// Columns that make no sales row where they are empty.
    private static let neverEmpty = ["invoice_no", "stock_code", "quantity", "invoice_date", "unit_price"]
    private static let fieldKeys = ["name", "type", "required", "nullable", "aliases", "pattern", "min", "max"]

    static func schema(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let members = reader.members(document, known: ["kind", "version", "fields"], what: "the schema")
        version(members, document, &reader)
        guard let list = reader.required(members, "fields", in: document, "the schema") else { return .null }
        var fields: [JSONValue] = []
        var owners = Dictionary(uniqueKeysWithValues: Field.source.map { (SalesSchema.fold($0), $0) })
        var names: [String] = []
        for node in reader.list(list, "fields") {
            let field = field(node, &owners, &reader)
            fields.append(field)
            guard let name = field["name"]?.string else { continue }
            if names.contains(name) { reader.fail(node, "the field '\(name)' stands twice") }
            names.append(name)
        }
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
        checkType(name, type, typeNode, members, &reader)
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

    /// A setting that would do nothing is a flaw.
    private static func checkType(
        _ name: String, _ type: String?, _ node: Node?, _ members: [String: Node], _ reader: inout YAMLReader
    ) {
        let own = Field.source.firstIndex(of: name).map { ownTypes[$0] }
        if let type, let own, type != own { reader.fail(node, "found '\(type)'; the type of \(name) is \(own)") }
        if let pattern = members["pattern"], let own, !["code", "text", "id"].contains(own) {
            reader.fail(pattern, "\(name) takes no pattern: it is checked as \(own)")
        }
        if let nullable = members["nullable"], nullable.bool == true, neverEmpty.contains(name) {
            reader.fail(nullable, "\(name) cannot be nullable: a row without it is no sale")
        }
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
                    type == "datetime"
                    ? "an ISO 8601 date" : ["integer", "decimal"].contains(type) ? "a number" : "no bound"
                reader.fail(node, "found '\(text)'; expected \(expected) for \(key) of \(name)")
                continue
            }
            if type == "datetime", value > SalesSchema.latestMoment.seconds {
                reader.fail(node, "found '\(text)'; \(key) of \(name) is \(SalesSchema.latestMoment.text) at most")
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
