public import RDBytes
import RDRecord

/// What values of a column must be, beyond what the schema asks.
public struct ValueCondition: Sendable {
    /// What they must look like, the whole of them.
    public let pattern: BytePattern?
    /// The same as it was written.
    public let patternText: String?
    /// The least number, in ten-thousandths.
    public let least: Int64?
    /// The greatest number, in ten-thousandths.
    public let greatest: Int64?
    /// The known values.
    public let known: [String]?

    /// True where nothing is asked.
    public var isEmpty: Bool { pattern == nil && least == nil && greatest == nil && known == nil }
}

/// One rule of a gate.
public struct QualityRule: Sendable {
    /// Its name, once a gate.
    public let name: String
    /// What is measured.
    public let dimension: Dimension
    /// The table, for rules of the warehouse.
    public let table: String?
    /// The columns by name; none for all of them, or for a check of the row.
    public let columns: [String]
    /// The rule of accuracy or consistency.
    public let check: Check?
    /// What values must be.
    public let condition: ValueCondition
    /// The column whose values part the rows; nil for all rows together.
    public let segment: String?
    /// A share of fewer rows than this is not judged.
    public let minimum: Int
    /// From where on it warns and fails.
    public let thresholds: Thresholds
    /// The slots of its columns in a record: all that the gate sees where it names none.
    let slots: [Int]

    /// Reads a rule of the compiled form. What it lacks is exit 78.
    init(_ json: JSONValue, of gate: Gate, minimum: Int) throws(RDError) {
        guard let name = json["rule"]?.string, let dimension = json["dimension"]?.string.flatMap(Dimension.init),
            let unit = json["unit"]?.string.flatMap(Thresholds.Unit.init)
        else { throw RDError(.configuration, "the quality rules have a rule that cannot be read: \(json.text)") }
        self.name = name
        self.dimension = dimension
        table = json["table"]?.string
        let columns = (json["columns"]?.array ?? []).compactMap(\.string)
        self.columns = columns
        slots = (columns.isEmpty ? gate.columns : columns).compactMap { Field.source.firstIndex(of: $0) }
        check = json["check"]?.string.flatMap(Check.init)
        condition = try ValueCondition(json)
        segment = json["by"]?.string
        self.minimum = json["min_rows"]?.integer ?? minimum
        thresholds = Thresholds(unit, warn: json["warn"]?.integer, fail: json["fail"]?.integer)
    }

    /// The columns as a metric names them; nil for all cells or the whole row.
    public var columnText: String? {
        columns.isEmpty ? check?.columns : columns.joined(separator: ",")
    }

    /// How good `bad` ones of `n` are: a share of few rows says nothing.
    public func status(bad: Int, of n: Int) -> QualityStatus {
        thresholds.unit == .share && (n < minimum || n == 0) ? .pass : thresholds.status(bad: bad, of: n)
    }

    /// True where what may still come, at most `further` rows, cannot make a failure good again.
    func cannotPass(bad: Int, of n: Int, further: Int?) -> Bool {
        if thresholds.unit == .share, n < minimum || n == 0 { return false }
        return thresholds.cannotPass(bad: bad, of: n, further: further)
    }
}

extension ValueCondition {
    fileprivate init(_ json: JSONValue) throws(RDError) {
        do throws(PatternError) {
            pattern = try json["pattern"]?.string.map { (text) throws(PatternError) in try BytePattern(text) }
        } catch {
            throw RDError(.configuration, "the pattern of the quality rule \(json.text) is wrong: \(error)")
        }
        patternText = json["pattern"]?.string
        least = json["min"]?.string.flatMap(Decimal4.sum).flatMap { Int64(exactly: $0) }
        greatest = json["max"]?.string.flatMap(Decimal4.sum).flatMap { Int64(exactly: $0) }
        known = json["one_of"]?.array.map { $0.compactMap(\.string) }
    }
}

/// The rules of all gates, read from the compiled form of `pipelines/quality.yaml`.
public struct QualityRules: Sendable {
    private let gates: [Gate: [QualityRule]]
    /// The least rows that a share is judged on, for rules without a number of their own.
    public let minimum: Int

    /// Reads the compiled form. What it lacks is exit 78.
    public init(_ json: JSONValue) throws(RDError) {
        guard json["kind"]?.string == "quality-rules", let members = json["gates"]?.members else {
            throw RDError(.configuration, "the rules are not of kind quality-rules")
        }
        let minimum = json["min_rows"]?.integer ?? 0
        var gates: [Gate: [QualityRule]] = [:]
        for member in members {
            guard let gate = Gate(rawValue: member.name) else {
                throw RDError(.configuration, "the quality rules name a gate '\(member.name)'")
            }
            gates[gate] = try (member.value.array ?? []).map { (rule) throws(RDError) in
                try QualityRule(rule, of: gate, minimum: minimum)
            }
        }
        self.gates = gates
        self.minimum = minimum
    }

    /// The rules of a gate, in the order of the file.
    public subscript(gate: Gate) -> [QualityRule] { gates[gate] ?? [] }
}
