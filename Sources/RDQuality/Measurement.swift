public import RDBytes

/// What a rule came to, where something else than a gate on the pass measured it.
public struct Measurement: Sendable {
    /// The rule.
    public let rule: QualityRule
    /// Bad ones.
    public let bad: Int
    /// All of them, cells or rows.
    public let n: Int
    /// The part of the rows; nil for all.
    public let segment: String?

    /// `bad` ones of `n`.
    public init(_ rule: QualityRule, bad: Int, of n: Int, in segment: String? = nil) {
        self.rule = rule
        self.segment = segment
        self.bad = bad
        self.n = n
    }

    private var verdict: Verdict { Verdict(rule: rule, figure: Figure(segment: segment, bad: bad, n: n)) }

    /// How good that is.
    public var status: QualityStatus { verdict.status }

    /// The figure in the rule's unit; nil for a share of nothing.
    public var value: String? { rule.thresholds.value(bad: bad, of: n) }

    /// The members of a `metric` line, with the rule's table where it has one.
    public func json(stage: String, gate: Gate) -> JSONValue {
        var line = verdict.json(stage: stage, gate: gate)
        line["@rd"] = nil
        if let table = rule.table { line["table"] = .string(table) }
        return line
    }

    /// What the measurements warn of, in a few words each.
    public static func warnings(_ all: [Measurement], _ gate: Gate) -> [String] {
        Verdict.describe(all.map(\.verdict).filter { $0.status == .warn }, gate)
    }

    /// Why the gate is not passed; nil where it is.
    public static func failure(_ all: [Measurement], _ gate: Gate) -> GateFailure? {
        let failed = all.map(\.verdict).filter { $0.status == .fail }
        return failed.isEmpty ? nil : GateFailure(gate, failed, isEarly: false)
    }
}
