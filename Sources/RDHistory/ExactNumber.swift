/// A decimal number in millionths, so that scores, money and thresholds are compared exactly.
public struct ExactNumber: Equatable, Comparable, Sendable {
    /// Millionths.
    public let millionths: Int128

    /// So many millionths.
    public init(millionths: Int128) { self.millionths = millionths }

    /// A whole number.
    public init(_ whole: Int) { millionths = Int128(whole) * 1_000_000 }

    /// The share of good ones, rounded down as metrics are; nil of nothing.
    public init?(share bad: Int, of n: Int) {
        guard n > 0 else { return nil }
        millionths = Int128(n - bad) * 1_000_000 / Int128(n)
    }

    /// Reads digits with an optional sign and fraction; more than six places are cut. Nil where it is not a number of
    /// up to twenty digits.
    public init?(_ text: some StringProtocol) {
        let isNegative = text.hasPrefix("-")
        let parts = (isNegative ? text.dropFirst() : text[...]).split(
            separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, !whole.isEmpty, whole.utf8.count <= 20,
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let ones = Int128(whole)
        else { return nil }
        let places = parts.count > 1 ? String(parts[1].prefix(6)) : ""
        let fraction = Int128(places + String(repeating: "0", count: 6 - places.utf8.count)) ?? 0
        millionths = (ones * 1_000_000 + fraction) * (isNegative ? -1 : 1)
    }

    /// The smaller one is less.
    public static func < (left: ExactNumber, right: ExactNumber) -> Bool { left.millionths < right.millionths }

    /// As floating point, for statistics.
    public var double: Double { Double(millionths) / 1_000_000 }

    /// With no more places than it needs.
    public var text: String {
        let (whole, rest) = millionths.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var places = String(String(rest + 1_000_000).dropFirst())
        while places.hasSuffix("0") { places.removeLast() }
        return (millionths < 0 ? "-" : "") + String(whole) + (places.isEmpty ? "" : ".\(places)")
    }
}

extension ExactNumber {
    /// The nearest one to a number of a magnitude below 10^30.
    public init(rounding value: Double) { self.init(millionths: Int128((value * 1_000_000).rounded())) }
}
