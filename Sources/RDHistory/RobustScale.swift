/// The middle of some numbers and how far they lie from it, both of which a few wild ones cannot move.
///
/// The scale is the median absolute deviation times 1.4826 = 1 / Φ⁻¹(3/4), which makes it the standard deviation of
/// normal numbers (Rousseeuw and Croux, "Alternatives to the Median Absolute Deviation", JASA 88, 1993). Where more than
/// half of the numbers are equal that is 0, and the mean absolute deviation times 1.2533 = √(π/2) takes its place
/// (Iglewicz and Hoaglin, "How to Detect and Handle Outliers", ASQC 1993).
public struct RobustScale: Equatable, Sendable {
    /// 1 / Φ⁻¹(3/4).
    public static let consistency = 1.482_602_218_505_602
    /// √(π/2), also the square of it over n being the variance of a median of n normal numbers.
    static let meanConsistency = 1.253_314_137_315_5

    /// The median.
    public let center: Double
    /// The scale; 0 where all are equal.
    public let scale: Double

    /// Of no numbers there is none.
    public init?(_ values: [Double]) {
        guard let center = median(values) else { return nil }
        let distances = values.map { abs($0 - center) }
        self.center = center
        let deviation = (median(distances) ?? 0) * Self.consistency
        scale =
            deviation > 0
            ? deviation : distances.reduce(0, +) / Double(distances.count) * Self.meanConsistency
    }
}

/// The middle of `values`, of an even count the mean of the two in the middle; nil of none.
public func median(_ values: [Double]) -> Double? {
    if values.isEmpty { return nil }
    let sorted = values.sorted()
    let half = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[half - 1] + sorted[half]) / 2 : sorted[half]
}
