/// How often each value came: exact while there are few distinct ones, as there are of quantities and prices.
///
/// Past `limit` distinct values the finest digits are dropped, tenfold as often as it takes; then quartiles are those of
/// the rounded values and `isExact` is false.
struct ValueCounts {
    private var keys: [Int64]
    private var counts: [Int]
    private var mask: Int
    private var used = 0
    private var grain: Int64 = 1
    private let limit: Int
    /// Values counted.
    private(set) var total = 0

    init(limit: Int = 1 << 18) {
        self.limit = limit
        keys = Array(repeating: 0, count: 1024)
        counts = Array(repeating: 0, count: 1024)
        mask = 1023
    }

    /// False once values had to be rounded.
    var isExact: Bool { grain == 1 }
    /// Distinct values.
    var distinct: Int { used }

    /// Counts `value` once.
    @inline(__always) mutating func add(_ value: Int64) {
        total += 1
        add(grain == 1 ? value : value / grain * grain, times: 1)
    }

    private mutating func add(_ value: Int64, times: Int) {
        var slot = Int(truncatingIfNeeded: (UInt64(bitPattern: value) &* 0x9E37_79B9_7F4A_7C15) >> 32) & mask
        while counts[slot] != 0, keys[slot] != value { slot = (slot + 1) & mask }
        if counts[slot] == 0 {
            keys[slot] = value
            used += 1
            counts[slot] = times
            if used * 2 > mask { rebuild() }
        } else {
            counts[slot] += times
        }
    }

    @inline(never) private mutating func rebuild() {
        let old = sorted
        if used >= limit { grain *= 10 }
        let size = used >= limit ? keys.count : keys.count * 2
        keys = Array(repeating: 0, count: size)
        counts = Array(repeating: 0, count: size)
        mask = size - 1
        used = 0
        for (value, count) in old { add(value / grain * grain, times: count) }
    }

    private var sorted: [(value: Int64, count: Int)] {
        zip(keys, counts).filter { $0.1 != 0 }.map { (value: $0.0, count: $0.1) }.sorted { $0.value < $1.value }
    }

    /// The first and third quartile times four, by linear interpolation between the two nearest ranks (type 7 of
    /// Hyndman and Fan, "Sample quantiles in statistical packages", 1996; that of spreadsheets and numpy).
    var quartiles: (first: Int128, third: Int128)? {
        guard total > 0 else { return nil }
        let values = sorted
        return (quantile(values, quarters: 1), quantile(values, quarters: 3))
    }

    private func quantile(_ values: [(value: Int64, count: Int)], quarters: Int) -> Int128 {
        let place = (total - 1) * quarters
        let rank = place / 4
        let part = Int128(place % 4)
        let low = Int128(value(values, rank))
        let high = part == 0 ? low : Int128(value(values, rank + 1))
        return low * (4 - part) + high * part
    }

    private func value(_ values: [(value: Int64, count: Int)], _ rank: Int) -> Int64 {
        var seen = 0
        for (value, count) in values {
            seen += count
            if rank < seen { return value }
        }
        return values.last?.value ?? 0
    }
}

/// The bounds outside of which a value is an outlier, in 1/40,000 of the value's unit (quartiles come in quarters, the
/// factor in ten-thousandths), so that they are exact.
public struct OutlierBounds: Equatable, Sendable {
    static let scale: Int128 = 40_000
    var lower: Int128
    var upper: Int128

    /// Tukey's fences: the quartiles less and plus `factor` interquartile ranges.
    init?(_ counts: ValueCounts, factor: Int64) {
        guard let (first, third) = counts.quartiles else { return nil }
        let reach = (third - first) * Int128(factor)
        lower = first * 10_000 - reach
        upper = third * 10_000 + reach
    }

    /// Bounds given from outside, in the value's unit.
    public init(lower: Int64, upper: Int64) {
        self.lower = Int128(lower) * Self.scale
        self.upper = Int128(upper) * Self.scale
    }

    @inline(__always) func excludes(_ value: Int64) -> Bool {
        let scaled = Int128(value) * Self.scale
        return scaled < lower || scaled > upper
    }
}
