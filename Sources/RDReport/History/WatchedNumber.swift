public import RDHistory
import RDQuality

/// A number of runs of one job and source that is watched.
public struct WatchedNumber: Hashable, Sendable {
    /// The job.
    public let job: String
    /// The name of the source, without what changes from delivery to delivery.
    public let source: String
    /// `rows`, `money`, `rejects`, `duration`, or `gate/rule[/segment]`.
    public let subject: String
    /// Its kind.
    public let kind: NumberKind
    /// The gate of a score.
    public let gate: String?
    /// The rule of a score.
    public let rule: String?
    /// The part of the rows that a score is of.
    public let segment: String?

    /// What is watched in a run: the numbers of a load, the duration of a check, and the scores of both that are judged
    /// by `rules`.
    static func values(
        of run: HistoryRun, _ figures: [HistoryFigure], _ rules: QualityRules
    ) -> [(number: WatchedNumber, point: Point)] {
        let source = run.sourceName
        func plain(_ kind: NumberKind, _ value: Double) -> (WatchedNumber, Point) {
            (
                WatchedNumber(
                    job: run.job, source: source, subject: kind.rawValue, kind: kind, gate: nil, rule: nil, segment: nil
                ),
                Point(run: run.run, moment: run.began, value: value)
            )
        }
        var values = [plain(.duration, run.duration.double)]
        if run.kind == "load" {
            values += [plain(.rows, Double(run.rows)), plain(.rejects, Double(run.rejects))]
            if let money = run.moneyOut { values.append(plain(.money, Double(money) / 10_000)) }
        }
        for figure in figures.onePerSubject where figure.isJudged(by: rules) {
            guard let share = figure.share else { continue }
            let number = WatchedNumber(
                job: run.job, source: source, subject: figure.subject, kind: .score, gate: figure.gate,
                rule: figure.rule, segment: figure.segment)
            values.append((number, Point(run: run.run, moment: run.began, value: share.double, count: figure.n)))
        }
        return values
    }
}

/// A verdict with what it is about.
public struct RunVerdict: Sendable {
    /// The run.
    public let run: String
    /// The number.
    public let number: WatchedNumber
    /// What was said of it.
    public let verdict: AnomalyVerdict
}
