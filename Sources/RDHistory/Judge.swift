/// Judges a number against its own history: pure, and the same whenever it is asked.
public struct Judge: Sendable {
    private let settings: AnomalySettings

    /// A judge by `settings`.
    public init(_ settings: AnomalySettings = AnomalySettings()) { self.settings = settings }

    /// What each method says of the newest of `points`, which are one number of runs in the order of their time.
    /// A drop is for scores only. Of no points nothing is said.
    public func verdicts(_ kind: NumberKind, _ points: ArraySlice<Point>) -> [AnomalyVerdict] {
        guard let newest = points.last else { return [] }
        let history = points.dropLast().suffix(settings.window)
        let isSeasonal = history.count >= settings.least && Baseline.season(history) >= settings.season
        var verdicts = [
            robustZ(kind, newest, history, isSeasonal), ewma(kind, newest, points.dropLast(), isSeasonal),
            weekday(kind, newest, history, isSeasonal),
        ]
        if kind == .score { verdicts.insert(drop(newest, history), at: 0) }
        return verdicts
    }

    /// A score that is a tenth or more below the median of the last runs.
    private func drop(_ newest: Point, _ history: ArraySlice<Point>) -> AnomalyVerdict {
        let recent = history.suffix(settings.dropWindow)
        guard recent.count >= settings.leastForDrop, let expected = median(recent.map(\.value)) else {
            return AnomalyVerdict(.drop, .learning, newest.value, history: recent.count)
        }
        // A hair less, so that a drop of just a tenth is one: 0.9 x 0.8 is 0.7200000000000001 to a machine.
        let reach = expected * settings.drop - 1e-9
        return AnomalyVerdict(
            .drop, .score, value: newest.value, statistic: newest.value, expected: expected, reach: reach,
            history: recent.count)
    }

    /// The modified z-score, (x - median) / (1.4826 MAD), beyond 3.5 (Iglewicz and Hoaglin 1993).
    private func robustZ(_ kind: NumberKind, _ newest: Point, _ history: ArraySlice<Point>, _ isSeasonal: Bool)
        -> AnomalyVerdict
    {
        guard history.count >= settings.least, let scale = RobustScale(history.map(\.value)) else {
            return AnomalyVerdict(.robustZ, .learning, newest.value, history: history.count)
        }
        // Five working days and two of rest have a median among the five, and a MAD that knows nothing of the two.
        if isSeasonal { return AnomalyVerdict(.robustZ, .skipped, newest.value, history: history.count) }
        let deviation = max(scale.scale, kind.leastDeviation(around: scale.center, of: newest))
        return AnomalyVerdict(
            .robustZ, kind, value: newest.value, statistic: newest.value, expected: scale.center,
            reach: settings.z * deviation, history: history.count)
    }

    /// The same against the runs of the same weekday, brought to today's level, where the number has a weekly season.
    private func weekday(_ kind: NumberKind, _ newest: Point, _ history: ArraySlice<Point>, _ isSeasonal: Bool)
        -> AnomalyVerdict
    {
        guard history.count >= settings.leastForWeekdays else {
            return AnomalyVerdict(.weekday, .learning, newest.value, history: history.count)
        }
        guard isSeasonal else { return AnomalyVerdict(.weekday, .skipped, newest.value, history: history.count) }
        guard let baseline = Baseline(history, mayGrow: kind.mayGrow, isSeasonal: true),
            baseline.count(for: newest) >= settings.leastOfWeekday, let expected = baseline.expected(at: newest)
        else { return AnomalyVerdict(.weekday, .learning, newest.value, history: history.count) }
        let deviation = max(baseline.deviation(around: expected), kind.leastDeviation(around: expected, of: newest))
        let reach = settings.z * deviation * (1 + baseline.uncertainty(at: newest)).squareRoot()
        return AnomalyVerdict(
            .weekday, kind, value: newest.value, statistic: newest.value, expected: expected, reach: reach,
            history: history.count)
    }

    /// The exponentially weighted moving average z_t = λ x_t + (1 - λ) z_{t-1} of what the last runs were off from the
    /// baseline before them, from z_0 = 0, against the exact limits of its t-th value,
    /// ± L σ √(λ / (2 - λ) (1 - (1 - λ)^{2t})) (Roberts 1959; Lucas and Saccucci, "Exponentially Weighted Moving Average
    /// Control Schemes", Technometrics 32, 1990; NIST/SEMATECH handbook 6.3.2.4), widened by what the baseline itself is
    /// uncertain of.
    private func ewma(_ kind: NumberKind, _ newest: Point, _ all: ArraySlice<Point>, _ isSeasonal: Bool)
        -> AnomalyVerdict
    {
        let least = isSeasonal ? settings.leastForWeekdays : settings.least
        let charted = min(settings.span - 1, max(0, all.count - least))
        let history = all.dropLast(charted).suffix(settings.window)
        guard history.count >= least,
            let baseline = Baseline(history, mayGrow: kind.mayGrow, isSeasonal: isSeasonal),
            let expected = baseline.expected(at: newest)
        else { return AnomalyVerdict(.ewma, .learning, newest.value, history: history.count) }
        let lambda = settings.lambda
        let deviation = max(baseline.deviation(around: expected), kind.leastDeviation(around: expected, of: newest))
        var average = 0.0
        var fading = 1.0
        for point in all.suffix(charted) + [newest] {
            guard let level = baseline.expected(at: point) else { continue }
            // One wild run is for the other methods to tell, and must not be an alarm of the next ones here.
            let off = min(max(point.value - level, -settings.z * deviation), settings.z * deviation)
            average = lambda * off + (1 - lambda) * average
            fading *= (1 - lambda) * (1 - lambda)
        }
        let variance = lambda / (2 - lambda) * (1 - fading) + baseline.uncertainty(at: newest)
        return AnomalyVerdict(
            .ewma, kind, value: newest.value, statistic: expected + average, expected: expected,
            reach: settings.L * deviation * variance.squareRoot(), history: history.count)
    }
}
