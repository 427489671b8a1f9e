public import RDHistory

/// How good the data of a stretch of time were, read from the warehouse and ready to be written in any form.
public struct QualityReport: Sendable {
    /// When it was made, in milliseconds since 1970.
    public let made: Int64
    /// From when on.
    public let since: Int64
    /// The share of runs that should pass each rule.
    public let target: ExactNumber
    /// Loads and checks of that time, oldest first.
    public let runs: [HistoryRun]
    /// The load that it looks at closely: the one asked for, or the newest; nil where there is none.
    public let focus: HistoryRun?
    /// What the gates measured in it.
    public let focusFigures: [HistoryFigure]
    /// Each day with runs, oldest first.
    public let days: [ReportDay]
    /// Each rule over those runs, by gate.
    public let rules: [RuleHistory]
    /// Rows, money, rejects and duration of the job of that load.
    public let numbers: [NumberHistory]
    /// What was not where it was expected, newest first.
    public let anomalies: [ReportAnomaly]
    /// Runs that the history could judge and nobody asked it to.
    public let unjudged: Int
    /// What was set aside, by stage and code, most first.
    public let rejects: [RejectGroup]
    /// What the rules took from the money in all runs, most first.
    public let moneyRules: [MoneyRule]
    /// The partitions of the fact table.
    public let months: [MonthPart]

    /// What one column was at each gate of that load.
    public var pairs: [StagePair] { StagePair.all(in: focusFigures) }

    /// The money of that load, step by step.
    public var money: [MoneyStep] { focus.map { MoneyStep.all(of: $0) } ?? [] }
}

/// A number that was not where it was expected.
public struct ReportAnomaly: Sendable {
    /// The run.
    public let run: HistoryRun
    /// What is said of the number, by the methods that say it is off.
    public let verdicts: [RunVerdict]

    /// The number.
    public var number: WatchedNumber { verdicts[0].number }
    /// The verdict that shows it best: of the value, where there is one, and not of the moving average.
    public var main: AnomalyVerdict { (verdicts.first { $0.verdict.method != .ewma } ?? verdicts[0]).verdict }
    /// The number for people; of a moving average that.
    var value: String {
        let (kind, verdict) = (number.kind, main)
        return verdict.method == .ewma ? kind.text(verdict.statistic) + " on average" : kind.text(verdict.value)
    }
    /// The methods by name.
    public var methods: String { verdicts.map(\.verdict.method.rawValue).joined(separator: ", ") }
}

/// A month of the fact table.
public struct MonthPart: Sendable {
    /// The month as `2010-12`.
    public let month: String
    /// The table that holds it.
    public let partition: String
    /// Rows.
    public let facts: Int
    /// Bytes on disk with indexes.
    public let bytes: Int
    /// Sum of net_amount in ten-thousandths.
    public let net: Int128
}
