/// From where on a figure is a warning, and from where on it stops the run.
public struct Thresholds: Equatable, Sendable {
    /// What the figure is.
    public enum Unit: String, Sendable {
        /// The good ones of all, in millionths: at least the threshold.
        case share
        /// The bad ones: at most the threshold.
        case rows
    }

    /// What the figure and the thresholds are.
    public let unit: Unit
    /// The threshold of a warning; nil for none.
    public let warn: Int?
    /// The threshold of a failure; nil for none.
    public let fail: Int?

    /// Thresholds in millionths (share) or rows.
    public init(_ unit: Unit, warn: Int?, fail: Int?) {
        self.unit = unit
        self.warn = warn
        self.fail = fail
    }

    /// Millionths of a whole.
    public static let whole = 1_000_000

    /// How good `bad` ones of `n` are.
    public func status(bad: Int, of n: Int) -> QualityStatus {
        if let fail, isMissed(fail, bad, n) { return .fail }
        if let warn, isMissed(warn, bad, n) { return .warn }
        return .pass
    }

    /// True where no more than `further` good ones, which may still come, make a failure good again.
    public func cannotPass(bad: Int, of n: Int, further: Int?) -> Bool {
        guard let fail else { return false }
        switch unit {
        case .rows: return bad > fail
        case .share: return further.map { isMissed(fail, bad, n + $0) } ?? false
        }
    }

    private func isMissed(_ threshold: Int, _ bad: Int, _ n: Int) -> Bool {
        switch unit {
        case .rows: bad > threshold
        case .share: Int128(n - bad) * Int128(Self.whole) < Int128(threshold) * Int128(n)
        }
    }

    /// The figure as a number: the share of good ones with at most six places, rounded down so that only all is 1; or
    /// the bad ones. Nil where the share is one of nothing.
    public func value(bad: Int, of n: Int) -> String? {
        guard unit == .share else { return String(bad) }
        guard n > 0 else { return nil }
        return Self.share(Int(Int128(n - bad) * Int128(Self.whole) / Int128(n)))
    }

    /// A threshold as a number of the unit.
    public func text(_ threshold: Int?) -> String? {
        threshold.map { unit == .share ? Self.share($0) : String($0) }
    }

    /// Millionths as a decimal: 950000 is 0.95.
    public static func share(_ millionths: Int) -> String {
        let (whole, rest) = millionths.quotientAndRemainder(dividingBy: whole)
        var places = String(String(rest + Self.whole).dropFirst())
        while places.hasSuffix("0") { places.removeLast() }
        return places.isEmpty ? String(whole) : "\(whole).\(places)"
    }

    /// Millionths as people read them: 950000 is `95 %`, at most two places, rounded down.
    public static func percent(_ millionths: Int) -> String {
        let hundredths = millionths / 100
        let places = String(String(hundredths % 100 + 100).dropFirst())
        return hundredths % 100 == 0 ? "\(hundredths / 100) %" : "\(hundredths / 100).\(places) %"
    }
}
