public import RDBytes
public import RDRecord

/// A rule, its figure, and how good that is.
struct Verdict {
    let rule: QualityRule
    let figure: Figure

    var status: QualityStatus { rule.status(bad: figure.bad, of: figure.n) }

    /// Appends the `metric` line.
    func append(stage: String, gate: Gate, to out: inout ByteBuffer) {
        out.append(json: json(stage: stage, gate: gate))
        out.append(0x0A)
    }

    /// The `metric` line as an object.
    func json(stage: String, gate: Gate) -> JSONValue {
        let limits = rule.thresholds
        return [
            "@rd": "metric", "stage": .string(stage), "gate": .string(gate.rawValue), "rule": .string(rule.name),
            "dimension": .string(rule.dimension.rawValue), "column": .optional(rule.columnText),
            "segment": .optional(figure.segment), "unit": .string(limits.unit.rawValue),
            "value": Self.number(limits.value(bad: figure.bad, of: figure.n)), "n": .integer(figure.n),
            "bad": .integer(figure.bad), "warn": Self.number(limits.text(limits.warn)),
            "fail": Self.number(limits.text(limits.fail)), "status": .string(status.rawValue),
        ]
    }

    private static func number(_ text: String?) -> JSONValue { text.map { .number($0) } ?? .null }

    /// `completeness of customer_id is 45.12 % of 1000 and should be at least 50 % (rule customers_are_known)`.
    private func text(_ others: Int) -> String {
        let limits = rule.thresholds
        let asked = (status == .fail ? limits.fail : limits.warn) ?? 0
        var text = rule.dimension.rawValue + subject
        if let segment = figure.segment { text += " in \(segment)" }
        switch limits.unit {
        case .share:
            let share = Int(Int128(figure.n - figure.bad) * Int128(Thresholds.whole) / Int128(max(figure.n, 1)))
            text +=
                " is \(Thresholds.percent(share)) of \(figure.n) and should be at least "
                + "\(Thresholds.percent(asked))"
        case .rows: text += ": \(figure.bad) of \(figure.n) are bad, and \(asked) may be"
        }
        text += " (rule \(rule.name)\(others > 0 ? ", and in \(others) more" : ""))"
        return text
    }

    private var subject: String {
        if let check = rule.check { return " (\(check.rawValue))" }
        return " of \(rule.columnText ?? "all columns")"
    }

    /// One text a rule, in the order of the rules; of several segments the first is named.
    static func describe(_ verdicts: [Verdict], _ gate: Gate) -> [String] {
        var names: [String] = []
        for verdict in verdicts where !names.contains(verdict.rule.name) { names.append(verdict.rule.name) }
        return names.map { name in
            let same = verdicts.filter { $0.rule.name == name }
            return "\(gate.rawValue): " + same[0].text(same.count - 1)
        }
    }
}

/// A gate did not let the data pass: exit 65.
public struct GateFailure: AbortingError, Equatable {
    /// The gate.
    public let gate: Gate
    /// What each rule that failed found.
    public let findings: [String]
    /// True where not everything was read.
    public let isEarly: Bool

    init(_ gate: Gate, _ verdicts: [Verdict], isEarly: Bool) {
        self.gate = gate
        self.isEarly = isEarly
        findings = Verdict.describe(verdicts, gate)
    }

    /// 65.
    public var exitCode: ExitCode { .data }
    /// What the stream's `abort` line says.
    public var abortCode: String { "quality_gate" }
    /// What failed.
    public var message: String { "quality gate " + findings.joined(separator: "; ") }
    /// What to do.
    public var remedy: String? {
        "mend the data or the rules"
            + (isEarly ? "; not everything was read: --fail-late reads to the end" : "")
    }
}
