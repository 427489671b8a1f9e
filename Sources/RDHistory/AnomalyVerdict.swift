/// How a number is judged.
public enum AnomalyMethod: String, CaseIterable, Sendable {
    /// A score that lost a tenth or more.
    case drop
    /// Distance from the median in robust deviations.
    case robustZ = "robust_z"
    /// The moving average against its control limits, for what drifts.
    case ewma
    /// Distance from what the day of the week has.
    case weekday
}

/// What a method says of a number.
public enum AnomalyStatus: String, Sendable {
    /// There are too few runs yet to say anything.
    case learning
    /// Another method is the one for this number.
    case skipped
    /// It is where it was expected.
    case expected
    /// It is not.
    case anomaly
}

/// What one method says of one number of one run.
public struct AnomalyVerdict: Equatable, Sendable {
    /// The method.
    public let method: AnomalyMethod
    /// What it says.
    public let status: AnomalyStatus
    /// The number.
    public let value: Double
    /// What is held against the band: the number, for `ewma` the moving average.
    public let statistic: Double
    /// What was expected; nil while learning or skipped, like the band.
    public let expected: Double?
    /// The least that is as expected.
    public let low: Double?
    /// The most that is.
    public let high: Double?
    /// Runs of history that it is held against.
    public let history: Int

    /// Nothing can be said, or is not this method's to say.
    init(_ method: AnomalyMethod, _ status: AnomalyStatus, _ value: Double, history: Int) {
        self.init(method, status, value, value, nil, nil, nil, history)
    }

    /// `statistic` against a band around `expected`. Only the sides on which the number gets worse are limits; on the
    /// other the band ends where the number does.
    init(
        _ method: AnomalyMethod, _ kind: NumberKind, value: Double, statistic: Double, expected: Double,
        reach: Double, history: Int
    ) {
        let bounds = kind.bounds
        let low = kind.isWorseBelow ? max(bounds.least, expected - reach) : bounds.least
        let high = kind.isWorseAbove ? min(bounds.most, expected + reach) : bounds.most
        let isOff =
            kind.isWorseBelow && statistic < expected - reach || kind.isWorseAbove && statistic > expected + reach
        self.init(
            method, isOff ? .anomaly : .expected, value, statistic, expected, low.isFinite ? low : nil,
            high.isFinite ? high : nil, history)
    }

    /// A verdict as it was kept.
    public init(
        _ method: AnomalyMethod, _ status: AnomalyStatus, value: Double, statistic: Double, expected: Double?,
        low: Double?, high: Double?, history: Int
    ) {
        self.init(method, status, value, statistic, expected, low, high, history)
    }

    private init(
        _ method: AnomalyMethod, _ status: AnomalyStatus, _ value: Double, _ statistic: Double, _ expected: Double?,
        _ low: Double?, _ high: Double?, _ history: Int
    ) {
        self.method = method
        self.status = status
        self.value = value
        self.statistic = statistic
        self.expected = expected
        self.low = low
        self.high = high
        self.history = history
    }
}
