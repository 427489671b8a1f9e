import RDBytes
import RDQuality
import Yams

/// Reads one rule of a gate.
struct QualityRuleReader {
    let node: Node
    let gate: Gate
    let members: [String: Node]
    let name: String
    var json: JSONValue

    /// Columns whose values are texts, so that a pattern or a list can hold them.
    private static let texts = ["invoice_no", "stock_code", "description", "customer_id", "country"]
    private static let conditions = ["pattern", "min", "max", "one_of"]
    private static let keys =
        ["rule", "dimension", "table", "column", "columns", "check"] + conditions + ["by", "min_rows", "warn", "fail"]

    static func read(_ node: Node, _ gate: Gate, _ reader: inout YAMLReader) -> JSONValue {
        let members = reader.members(node, known: keys, what: "a rule")
        let nameNode = reader.required(members, "rule", in: node, "a rule")
        let name = nameNode.flatMap { reader.string($0, "rule") }
        var rule = QualityRuleReader(
            node: node, gate: gate, members: members, name: name ?? "?", json: ["rule": .optional(name)])
        rule.read(&reader)
        return rule.json
    }

    private mutating func read(_ reader: inout YAMLReader) {
        let node = reader.required(members, "dimension", in: node, "the rule \(name)")
        guard let node,
            let text = reader.oneOf(node, Dimension.allCases.map(\.rawValue), "the dimension of \(name)"),
            let dimension = Dimension(rawValue: text)
        else { return }
        json["dimension"] = .string(text)
        readTable(&reader)
        let check = readCheck(dimension, node, &reader)
        let columns = readColumns(dimension, &reader)
        readCondition(dimension, columns, &reader)
        readSegment(check, &reader)
        if let node = members["min_rows"] {
            json["min_rows"] = reader.integer(node, "min_rows of \(name)", in: 0...1_000_000_000).map { .integer($0) }
        }
        readThresholds(&reader)
    }

    private mutating func readTable(_ reader: inout YAMLReader) {
        if gate != .warehouse {
            if let node = members["table"] { reader.fail(node, "a table is for the rules of warehouse only") }
        } else if let node = reader.required(members, "table", in: node, "the rule \(name)") {
            json["table"] = .optional(reader.oneOf(node, WarehouseTable.names, "the table of \(name)"))
        }
    }

    private mutating func readCheck(_ dimension: Dimension, _ place: Node, _ reader: inout YAMLReader) -> Check? {
        let known = Check.allCases.filter { $0.dimension == dimension && $0.gates.contains(gate) }
        guard dimension == .accuracy || dimension == .consistency else {
            if let node = members["check"] { reader.fail(node, "a rule of \(dimension.rawValue) takes no check") }
            if dimension == .uniqueness, gate != .cleaning, gate != .warehouse {
                reader.fail(place, "uniqueness is measured at cleaning and warehouse, not at \(gate.rawValue)")
            }
            return nil
        }
        guard !known.isEmpty else {
            reader.fail(place, "\(dimension.rawValue) is not measured at \(gate.rawValue)")
            return nil
        }
        let node = reader.required(members, "check", in: node, "the rule \(name)")
        let text = node.flatMap { reader.oneOf($0, known.map(\.rawValue), "the check of \(name)") }
        json["check"] = .optional(text)
        let check = text.flatMap(Check.init)
        if let check, let table = json["table"]?.string, table != WarehouseTable.name(of: check) {
            reader.fail(members["table"], "\(check.rawValue) is about \(WarehouseTable.name(of: check)), not \(table)")
        }
        return check
    }

    private mutating func readColumns(_ dimension: Dimension, _ reader: inout YAMLReader) -> [String] {
        let nodes = members["columns"].map { reader.list($0, "columns of \(name)") } ?? []
        let all = nodes + (members["column"].map { [$0] } ?? [])
        if members["column"] != nil, let node = members["columns"] {
            reader.fail(node, "expected either column or columns in \(name)")
        }
        if dimension == .accuracy || dimension == .consistency, let node = all.first {
            reader.fail(node, "a rule of \(dimension.rawValue) takes no column: its check says what it is about")
            return []
        }
        let known = gate == .warehouse ? WarehouseTable.columns(json["table"]?.string) : gate.columns
        var columns: [String] = []
        for node in all {
            guard let column = reader.oneOf(node, known, "a column of \(name)") else { continue }
            if columns.contains(column) { reader.fail(node, "the column '\(column)' stands twice in \(name)") }
            columns.append(column)
        }
        if dimension == .uniqueness, all.isEmpty { reader.fail(node, "the rule \(name) lacks 'columns': the key") }
        json["columns"] = .array(columns.map { .string($0) })
        return columns
    }

    private mutating func readCondition(
        _ dimension: Dimension, _ columns: [String], _ reader: inout YAMLReader
    ) {
        let given = Self.conditions.filter { members[$0] != nil }
        guard let first = given.first else {
            if dimension == .validity, gate == .warehouse {
                reader.fail(node, "the rule \(name) lacks a pattern, min, max or one_of")
            }
            return
        }
        guard dimension == .validity else {
            reader.fail(members[first], "\(first) is for rules of validity")
            return
        }
        guard columns.count == 1 else {
            reader.fail(members[first], "\(first) is for a rule of one column")
            return
        }
        let isNumber = ["quantity", "unit_price", "line_total", "net_amount"].contains(columns[0])
        let isText = Self.texts.contains(columns[0]) || ["country_name", "transaction_type"].contains(columns[0])
        let fitting = isNumber ? ["min", "max"] : isText ? ["pattern", "one_of"] : []
        for key in given where !fitting.contains(key) {
            reader.fail(members[key], "\(columns[0]) takes no \(key) here")
        }
        readValues(&reader)
    }

    private mutating func readValues(_ reader: inout YAMLReader) {
        if let node = members["pattern"], let text = reader.string(node, "the pattern of \(name)") {
            Configuration.checkPattern(node, text, &reader)
            json["pattern"] = .string(text)
        }
        var ends: [Int128] = []
        for key in ["min", "max"] {
            guard let node = members[key], let text = reader.string(node, "\(key) of \(name)") else { continue }
            guard let value = Decimal4.sum(text), Int64(exactly: value) != nil else {
                reader.fail(node, "found '\(text)'; expected a number with at most four places for \(key) of \(name)")
                continue
            }
            ends.append(value)
            json[key] = .string(text)
        }
        if ends.count == 2, ends[0] > ends[1] { reader.fail(members["max"], "max of \(name) is below its min") }
        guard let node = members["one_of"] else { return }
        var known: [String] = []
        for node in reader.list(node, "one_of of \(name)") {
            guard let value = reader.string(node, "a value of \(name)") else { continue }
            if known.contains(value) { reader.fail(node, "the value '\(value)' stands twice in \(name)") }
            known.append(value)
        }
        if known.isEmpty { reader.fail(node, "one_of of \(name) has no value") }
        json["one_of"] = .array(known.map { .string($0) })
    }

    private mutating func readSegment(_ check: Check?, _ reader: inout YAMLReader) {
        guard let node = members["by"] else { return }
        if check == .intervals, gate != .warehouse {
            return reader.fail(
                node,
                "the rule \(name) cannot be measured by segment: versions of customers are those of the tables, "
                    + "which the gate warehouse parts")
        }
        let known = gate == .warehouse ? WarehouseTable.segments(json["table"]?.string) : GateWatch.segmentColumns
        json["by"] = .optional(reader.oneOf(node, known, "by of \(name)"))
    }
}
