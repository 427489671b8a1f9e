public import RDHistory
import RDQuality

/// A value of a run, the band that it was expected in, and how it was judged.
public struct HistoryPoint: Sendable {
    /// When the run began, in milliseconds since 1970.
    public let began: Int64
    /// The value.
    public let value: Double
    /// The band; nil for no limit, or where nothing was expected.
    public let low: Double?
    /// Its upper end.
    public let high: Double?
    /// `pass`, `warn` or `fail`.
    public let status: String
    /// True where the history says that it is off.
    public let isOdd: Bool
}

/// One rule over all runs that measured it.
public struct RuleHistory: Sendable {
    /// The newest figure: gate, rule, columns and limits.
    public let figure: HistoryFigure
    /// Parts of the rows that are measured on their own; 0 where the rows are measured together.
    public let segments: Int
    /// Runs that passed, warned and failed; of several segments the worst counts.
    public let counts: (pass: Int, warn: Int, fail: Int)
    /// The values of the job and source that measured it last, oldest first; of several segments the worst.
    public let points: [HistoryPoint]

    /// Runs that measured it.
    public var runs: Int { counts.pass + counts.warn + counts.fail }
    /// The share of them that passed.
    public var reached: ExactNumber { ExactNumber(share: counts.warn + counts.fail, of: runs) ?? ExactNumber(1) }

    /// Every rule that the figures know, by gate.
    static func all(_ runs: [HistoryRun], _ figures: [Int: [HistoryFigure]], _ bands: Bands) -> [RuleHistory] {
        var order: [String] = []
        var groups: [String: [(run: HistoryRun, figures: [HistoryFigure])]] = [:]
        for run in runs {
            for (name, same) in Dictionary(grouping: figures[run.id] ?? [], by: { "\($0.gate)/\($0.rule)" }) {
                groups[name, default: []].append((run, same))
            }
            for figure in figures[run.id] ?? [] where !order.contains("\(figure.gate)/\(figure.rule)") {
                order.append("\(figure.gate)/\(figure.rule)")
            }
        }
        let gates = Gate.allCases.map(\.rawValue)
        let histories = order.compactMap { groups[$0] }.compactMap { RuleHistory($0, bands) }
        return gates.flatMap { gate in histories.filter { $0.figure.gate == gate } }
    }

    private init?(_ measured: [(run: HistoryRun, figures: [HistoryFigure])], _ bands: Bands) {
        guard let last = measured.last, let newest = last.figures.first else { return nil }
        let worst = measured.compactMap { run, figures in
            Self.worst(figures).map { (run: run, figure: $0) }
        }
        figure = Self.worst(last.figures) ?? newest
        segments = newest.segment == nil ? 0 : last.figures.onePerSubject.count
        counts = (
            worst.count { $0.figure.status == "pass" }, worst.count { $0.figure.status == "warn" },
            worst.count { $0.figure.status == "fail" }
        )
        let ofOneJob = worst.filter { $0.run.job == last.run.job && $0.run.sourceName == last.run.sourceName }
        points = ofOneJob.compactMap { run, figure in
            guard let share = figure.share else { return nil }
            let band = bands[run.run, figure.subject]
            return HistoryPoint(
                began: run.began, value: share.double, low: band?.low, high: band?.high, status: figure.status,
                isOdd: bands.isOdd(run.run, figure.subject))
        }
    }

    private static func worst(_ figures: [HistoryFigure]) -> HistoryFigure? {
        func rank(_ figure: HistoryFigure) -> Int { figure.status == "fail" ? 0 : figure.status == "warn" ? 1 : 2 }
        return figures.min {
            (rank($0), $0.share ?? ExactNumber(2)) < (rank($1), $1.share ?? ExactNumber(2))
        }
    }
}

/// A number of one job and source over its runs.
public struct NumberHistory: Sendable {
    /// Which.
    public let kind: NumberKind
    /// Its values, oldest first.
    public let points: [HistoryPoint]

    /// The numbers of the job and source of `focus`.
    static func all(_ runs: [HistoryRun], of focus: HistoryRun?, _ bands: Bands) -> [NumberHistory] {
        guard let focus else { return [] }
        let same = runs.filter { $0.job == focus.job && $0.sourceName == focus.sourceName && $0.kind == focus.kind }
        return [NumberKind.rows, .money, .rejects, .duration].compactMap { kind in
            let points = same.compactMap { run -> HistoryPoint? in
                guard let value = run.value(of: kind) else { return nil }
                let band = bands[run.run, kind.rawValue]
                return HistoryPoint(
                    began: run.began, value: value.double, low: band?.low, high: band?.high,
                    status: run.isGood ? "pass" : "fail", isOdd: bands.isOdd(run.run, kind.rawValue))
            }
            return points.isEmpty ? nil : NumberHistory(kind: kind, points: points)
        }
    }
}

/// The bands that verdicts hold.
struct Bands {
    private var bands: [String: AnomalyVerdict] = [:]
    private var odd: Set<String> = []

    init(_ verdicts: [RunVerdict]) {
        for one in verdicts {
            let key = "\(one.run)/\(one.number.subject)"
            if one.verdict.status == .anomaly { odd.insert(key) }
            guard one.verdict.expected != nil, [.weekday, .robustZ].contains(one.verdict.method) else { continue }
            bands[key] = one.verdict
        }
    }

    subscript(run: String, subject: String) -> AnomalyVerdict? { bands["\(run)/\(subject)"] }

    func isOdd(_ run: String, _ subject: String) -> Bool { odd.contains("\(run)/\(subject)") }
}
