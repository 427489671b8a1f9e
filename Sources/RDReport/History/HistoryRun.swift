public import RDHistory
import RDQuality
public import RDRecord

/// A load or a check, as the history has it.
public struct HistoryRun: Sendable {
    /// Its row in `etl_job_runs`: of several attempts under one run's identity, which.
    public let id: Int
    /// The run.
    public let run: String
    /// The job.
    public let job: String
    /// `load` or `check`.
    public let kind: String
    /// `success` or `failed`.
    public let status: String
    /// What is worth saying about it; of a failed run, why.
    public let detail: String?
    /// When it began, in milliseconds since 1970.
    public let began: Int64
    /// Seconds.
    public let duration: ExactNumber
    /// Records that came into the first stage.
    public let rows: Int
    /// Facts that it brought.
    public let facts: Int
    /// The number of the version that it made; nil where it made none.
    public let version: Int?
    /// True where its version was taken back.
    public let isRolledBack: Bool
    /// What was read.
    public let source: String?
    /// True where it read the rejects of another run again.
    public let isRetry: Bool
    /// Each stage's account.
    public let ledger: [StageLedger]
    /// Net money of the warehouse before it and after it.
    public let money: (before: String, after: String)?

    /// True where it ended well.
    public var isGood: Bool { status == "success" }

    /// Records set aside by all stages.
    public var rejects: Int { ledger.reduce(0) { $0 + $1.rejectedTotal } }

    /// Net money that its last stage put out; nil where there is no account of it.
    public var moneyOut: Int128? { ledger.last?.moneyOut }

    /// The name of its source without the folder, digits as `#`: what the files of a daily delivery have in common.
    public var sourceName: String {
        guard let source, source != "-", let name = source.split(separator: "/").last else { return "-" }
        var text = ""
        for character in name where !(character.isASCII && character.isNumber && text.hasSuffix("#")) {
            text.append(character.isASCII && character.isNumber ? "#" : character)
        }
        return text
    }
}

/// A figure of a gate, as the history has it.
public struct HistoryFigure: Sendable {
    /// The stage that measured it: that of the gate, or the gate filter.
    public let stage: String
    /// The gate.
    public let gate: String
    /// The rule.
    public let rule: String
    /// The dimension.
    public let dimension: String
    /// The columns with commas between them; nil for all cells or the whole row.
    public let columns: String?
    /// The part of the rows; nil for all.
    public let segment: String?
    /// Cells or rows.
    public let n: Int
    /// Bad ones of them; nil of a figure from before they were kept.
    public let bad: Int?
    /// The figure in its unit; nil where there was nothing to measure.
    public let value: ExactNumber?
    /// `share` or `rows`.
    public let unit: String
    /// From where on it warns, in the unit.
    public let warn: ExactNumber?
    /// From where on it fails.
    public let fail: ExactNumber?
    /// `pass`, `warn` or `fail`.
    public let status: String

    /// The share of good ones, also where the rule counts bad ones.
    public var share: ExactNumber? {
        if let bad { return ExactNumber(share: bad, of: n) }
        return unit == "share" ? value : nil
    }

    /// `completeness(customer_id) at ingestion`, as `rd-quality backtest` reads it.
    public var text: String {
        let part = segment.map { $0.contains("'") ? ", in \"\($0)\"" : ", in '\($0)'" } ?? ""
        return "\(dimension)(\(columns?.replacing(",", with: ", ") ?? "*")\(part)) at \(gate)"
    }

    /// `ingestion/customers_are_known`, with a segment after another slash: once a run.
    public var subject: String { "\(gate)/\(rule)" + (segment.map { "/\($0)" } ?? "") }

    /// True where it is of as many rows as the rule asks for; one that the rules do not have is held to their own least.
    func isJudged(by rules: QualityRules) -> Bool {
        guard unit == "share" else { return true }
        let known = Gate(rawValue: gate).flatMap { gate in rules[gate].first { $0.name == rule } }
        return n >= known?.minimum ?? rules.minimum
    }

    /// True of a figure by the stage that the gate belongs to.
    fileprivate var isOfOwnStage: Bool { Gate(rawValue: gate)?.stage == stage }
}

extension [HistoryFigure] {
    /// One figure of each subject, in order. Where a gate was measured by its stage and by `rd-quality gate` too, that of
    /// the stage is the run's, else the first.
    var onePerSubject: [HistoryFigure] {
        var places: [String: Int] = [:]
        var kept: [HistoryFigure] = []
        for figure in self {
            if let place = places[figure.subject] {
                if figure.isOfOwnStage, !kept[place].isOfOwnStage { kept[place] = figure }
            } else {
                places[figure.subject] = kept.count
                kept.append(figure)
            }
        }
        return kept
    }
}
