public import RDBytes
public import RDHistory
public import RDQuality

/// What a rule would have done to past runs.
public struct Backtest: Sendable {
    /// A number of a run that is against the rule.
    public struct Breach: Sendable {
        /// The run.
        public let run: HistoryRun
        /// What was measured, as a rule names it.
        public let subject: String
        /// What it was.
        public let value: ExactNumber
        /// Of how many cells or rows, and how many of them bad; nil for numbers that are no score.
        public let counts: (n: Int, bad: Int?)?
    }

    /// The rule.
    public let rule: RuleExpression
    /// Runs in which it measures something.
    public let runs: [HistoryRun]
    /// What is against it, oldest first.
    public let breaches: [Breach]

    /// Runs that it would have stopped.
    public var stopped: [HistoryRun] {
        let names = Set(breaches.map(\.run.run))
        return runs.filter { names.contains($0.run) }
    }

    /// Holds `rule` against `runs` and their figures. A score of fewer than `minimum` keeps it. `rules` says which
    /// column parts the rows of a rule and which check it is.
    public init(
        _ rule: RuleExpression, _ runs: [HistoryRun], _ figures: [Int: [HistoryFigure]], rules: QualityRules,
        minimum: Int
    ) {
        self.rule = rule
        var measured: [HistoryRun] = []
        var breaches: [Breach] = []
        for run in runs {
            let values = Self.values(rule.subject, run, figures[run.id] ?? [], rules)
            if !values.isEmpty { measured.append(run) }
            breaches += values.filter { ($0.counts?.n ?? .max) >= minimum && !rule.isKept(by: $0.value) }
        }
        self.runs = measured
        self.breaches = breaches
    }

    private static func values(
        _ subject: RuleExpression.Subject, _ run: HistoryRun, _ figures: [HistoryFigure], _ rules: QualityRules
    ) -> [Breach] {
        guard case .score(let dimension, let columns, let part, let gate) = subject else {
            guard case .number(let kind) = subject, let value = run.value(of: kind) else { return [] }
            return [Breach(run: run, subject: kind.rawValue, value: value, counts: nil)]
        }
        return figures.onePerSubject.compactMap { figure in
            guard figure.dimension == dimension, gate.map({ $0 == figure.gate }) ?? true,
                figure.isOf(part, rules), figure.isOf(columns, rules), let share = figure.share
            else { return nil }
            return Breach(run: run, subject: figure.text, value: share, counts: (figure.n, figure.bad))
        }
    }

    /// The rule with its counts, and each breach.
    public var objects: [JSONValue] {
        let stopped = stopped
        let head: JSONValue = [
            "type": "backtest", "rule": .string(rule.text), "runs": .integer(runs.count),
            "would_stop": .integer(stopped.count), "failed_anyway": .integer(stopped.count { !$0.isGood }),
        ]
        return [head]
            + breaches.map { breach in
                [
                    "type": "breach", "run": .string(breach.run.run), "job": .string(breach.run.job),
                    "began": .string(iso8601(breach.run.began)), "status": .string(breach.run.status),
                    "version": breach.run.version.map { .integer($0) } ?? .null,
                    "measured": .string(breach.subject), "value": .number(breach.value.text),
                    "n": breach.counts.map { .integer($0.n) } ?? .null,
                    "bad": breach.counts?.bad.map { .integer($0) } ?? .null,
                ]
            }
    }
}

extension HistoryRun {
    /// The number of the whole run; nil where it has none.
    func value(of kind: NumberKind) -> ExactNumber? {
        switch kind {
        case .duration: duration
        case .rows: self.kind == "load" ? ExactNumber(rows) : nil
        case .rejects: self.kind == "load" ? ExactNumber(rejects) : nil
        case .money: moneyOut.map { ExactNumber(millionths: $0 * 100) }
        case .score: nil
        }
    }
}

extension HistoryFigure {
    private func known(in rules: QualityRules) -> QualityRule? {
        Gate(rawValue: gate).flatMap { gate in rules[gate].first { $0.name == rule } }
    }

    fileprivate func isOf(_ part: RuleExpression.Part, _ rules: QualityRules) -> Bool {
        switch part {
        case .all: segment == nil
        case .of(let value): segment == value
        case .by(let column): segment != nil && known(in: rules).map { $0.segment == column } ?? true
        }
    }

    /// Columns in any order, or the name of the check that the rule is.
    fileprivate func isOf(_ wanted: [String]?, _ rules: QualityRules) -> Bool {
        guard let wanted else { return columns == nil }
        if wanted.count == 1, let check = Check(rawValue: wanted[0]) {
            return known(in: rules).map { $0.check == check } ?? (columns == check.columns)
        }
        return Set(wanted) == Set((columns ?? "").split(separator: ",").map(String.init))
    }
}
