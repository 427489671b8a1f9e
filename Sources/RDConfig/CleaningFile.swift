import RDBytes
import RDRecord
import Yams

extension Configuration {
    private static let types = TransactionType.allCases.map { "\($0.name)" }

    static func cleaning(_ document: Node, _ reader: inout YAMLReader) -> JSONValue {
        let known = ["kind", "version", "impute", "invoice_prefixes", "special_codes", "description_notes", "outliers"]
        let members = reader.members(document, known: known, what: "the rules")
        version(members, document, &reader)
        return [
            "kind": "cleaning-rules", "version": 1, "impute": impute(members["impute"], &reader),
            "invoice_prefixes": .array(prefixes(members["invoice_prefixes"], &reader)),
            "special_codes": .array(codes(members["special_codes"], &reader)),
            "description_notes": notes(members["description_notes"], &reader),
            "outliers": outliers(members["outliers"], &reader),
        ]
    }

    private static func notes(_ node: Node?, _ reader: inout YAMLReader) -> JSONValue {
        guard let node else { return .object([]) }
        let known = ["values", "stock_lines", "lower_case", "patterns"]
        let members = reader.members(node, known: known, what: "description_notes")
        let values = (members["values"].map { reader.list($0, "values") } ?? []).compactMap {
            reader.string($0, "a description")
        }
        let lines = (members["stock_lines"].map { reader.list($0, "stock_lines") } ?? []).compactMap {
            reader.oneOf($0, types + ["no_price"], "a line")
        }
        let patterns = (members["patterns"].map { reader.list($0, "patterns") } ?? []).compactMap { entry in
            let text = reader.string(entry, "a pattern")
            if let text { checkPattern(entry, text, &reader) }
            return text
        }
        let isLower = members["lower_case"].flatMap { reader.bool($0, "lower_case") } ?? false
        if lines.isEmpty, isLower || !patterns.isEmpty {
            reader.fail(node, "found lower_case or patterns without stock_lines; expected the lines that they are for")
        }
        return [
            "values": .array(values.map { .string($0) }), "stock_lines": .array(lines.map { .string($0) }),
            "lower_case": .bool(isLower), "patterns": .array(patterns.map { .string($0) }),
        ]
    }

    private static func impute(_ node: Node?, _ reader: inout YAMLReader) -> JSONValue {
        guard let node else { return .object([]) }
        let known = ["customer_id", "description", "country"]
        let members = reader.members(node, known: known, what: "impute")
        return .object(
            known.compactMap { name in
                members[name].flatMap { reader.string($0, "what stands in for \(name)") }.map {
                    .init(name, .string($0))
                }
            })
    }

    private static func prefixes(_ node: Node?, _ reader: inout YAMLReader) -> [JSONValue] {
        (node.map { reader.list($0, "invoice_prefixes") } ?? []).map { entry in
            let members = reader.members(entry, known: ["prefix", "type"], what: "an invoice prefix")
            let prefix = reader.required(members, "prefix", in: entry, "an invoice prefix")
                .flatMap { reader.string($0, "prefix") }
            return ["prefix": .optional(prefix), "type": .optional(type(members, entry, &reader))]
        }
    }

    private static func type(_ members: [String: Node], _ entry: Node, _ reader: inout YAMLReader) -> String? {
        reader.required(members, "type", in: entry, "the entry").flatMap { reader.oneOf($0, types, "type") }
    }

    private static func codes(_ node: Node?, _ reader: inout YAMLReader) -> [JSONValue] {
        (node.map { reader.list($0, "special_codes") } ?? []).map { entry in
            let members = reader.members(entry, known: ["code", "pattern", "type"], what: "a special code")
            let type = type(members, entry, &reader)
            if (members["code"] == nil) == (members["pattern"] == nil) {
                reader.fail(entry, "expected either code or pattern")
            }
            if let node = members["pattern"], let text = reader.string(node, "pattern") {
                checkPattern(node, text, &reader)
                return ["pattern": .string(text), "type": .optional(type)]
            }
            return ["code": .optional(members["code"].flatMap { reader.string($0, "code") }), "type": .optional(type)]
        }
    }

    private static func outliers(_ node: Node?, _ reader: inout YAMLReader) -> JSONValue {
        guard let node else { return ["method": "iqr", "factor": "1.5", "columns": [], "min_rows": 1000] }
        let known = ["method", "factor", "columns", "min_rows"]
        let members = reader.members(node, known: known, what: "outliers")
        if let method = members["method"] { _ = reader.oneOf(method, ["iqr"], "method") }
        var factor = "1.5"
        if let node = members["factor"], let text = reader.string(node, "factor") {
            if let value = Decimal4.sum(text), value > 0, value < 1_000_000 {
                factor = text
            } else {
                reader.fail(node, "found '\(text)'; expected a factor above 0 and below 100, with at most four places")
            }
        }
        let columns = (members["columns"].map { reader.list($0, "columns") } ?? []).compactMap {
            reader.oneOf($0, ["quantity", "unit_price"], "a column")
        }
        let minimum = members["min_rows"].flatMap { reader.integer($0, "min_rows", in: 1...1_000_000_000) } ?? 1000
        return [
            "method": "iqr", "factor": .string(factor), "columns": .array(columns.map { .string($0) }),
            "min_rows": .integer(minimum),
        ]
    }
}
