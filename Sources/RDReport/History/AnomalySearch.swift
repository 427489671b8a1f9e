public import RDHistory
import RDPostgres
public import RDQuality

/// Judges runs against those before them.
public struct AnomalySearch {
    private let store: HistoryStore
    private let judge: Judge
    private let rules: QualityRules
    private let settings: AnomalySettings

    /// A search in the history of `store`. Scores of fewer rows than `rules` ask for are left out: no gate judged them.
    public init(_ store: HistoryStore, rules: QualityRules, settings: AnomalySettings = AnomalySettings()) {
        self.store = store
        self.rules = rules
        self.settings = settings
        judge = Judge(settings)
    }

    /// Judges `run`, or all that were never judged, oldest first: each with the verdicts on all of its numbers. A run
    /// that failed has been judged by its gate, and what a retry read is no day's delivery: both are left out, and are
    /// no history of others either.
    public func judge(only run: String? = nil) throws -> [(run: HistoryRun, verdicts: [RunVerdict])] {
        let good = try store.runs().filter { $0.isGood && !$0.isRetry }
        let judged = run == nil ? try store.judgedRuns() : []
        let wanted = Set(good.map(\.run).filter { run == nil ? !judged.contains($0) : $0 == run })
        let groups = Dictionary(grouping: good) { [$0.job, $0.sourceName] }.values
        var found: [(run: HistoryRun, verdicts: [RunVerdict])] = []
        for group in groups { found += try judge(group, wanted) }
        return found.sorted { ($0.run.began, $0.run.run) < ($1.run.began, $1.run.run) }
    }

    /// Runs of one job and source, oldest first. Only as far back as the methods look.
    private func judge(_ runs: [HistoryRun], _ wanted: Set<String>) throws -> [(
        run: HistoryRun, verdicts: [RunVerdict]
    )] {
        guard let first = runs.firstIndex(where: { wanted.contains($0.run) }),
            let last = runs.lastIndex(where: { wanted.contains($0.run) })
        else { return [] }
        let from = max(0, first - settings.window - settings.span)
        let figures = try store.figures(of: Array(runs[from...last]))
        var series: [WatchedNumber: [Point]] = [:]
        var found: [(run: HistoryRun, verdicts: [RunVerdict])] = []
        for run in runs[from...last] {
            var verdicts: [RunVerdict] = []
            for (number, point) in WatchedNumber.values(of: run, figures[run.id] ?? [], rules) {
                series[number, default: []].append(point)
                guard wanted.contains(run.run), let points = series[number] else { continue }
                verdicts += judge.verdicts(number.kind, points[...]).map {
                    RunVerdict(run: run.run, number: number, verdict: $0)
                }
            }
            if wanted.contains(run.run) { found.append((run, verdicts)) }
        }
        return found
    }
}
