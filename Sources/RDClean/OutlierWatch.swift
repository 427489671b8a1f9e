public import RDBytes
import RDRecord

/// Watches one column for outliers: against given bounds, or against those of the rows so far.
struct OutlierWatch {
    let column: String
    private let scale: Int64
    private let factor: Int64
    private let minimum: Int
    private let given: OutlierBounds?
    private var counts = ValueCounts()
    private var bounds: OutlierBounds?
    private var nextLook: Int
    /// Rows flagged.
    private(set) var flagged = 0

    /// `scale` is how many of the values' units make one of the column's.
    init(_ column: String, scale: Int64, rules: CleaningRules, given: OutlierBounds?) {
        self.column = column
        self.scale = scale
        self.given = given
        factor = rules.outlierFactor
        minimum = rules.outlierMinimum
        bounds = given
        nextLook = max(minimum, 1)
    }

    /// Counts a value, and says whether it is an outlier by the rows before it.
    @inline(__always) mutating func isOutlier(_ value: Int64) -> Bool {
        let result = bounds?.excludes(value) ?? false
        if result { flagged += 1 }
        counts.add(value)
        if counts.total >= nextLook { look() }
        return result
    }

    /// Takes the bounds anew, each time the rows have grown by a sixteenth.
    @inline(never) private mutating func look() {
        nextLook = counts.total + max(counts.total / 16, 256)
        if given == nil { bounds = OutlierBounds(counts, factor: factor) }
    }

    /// What is known at the end: the bounds of all rows, and how many were flagged.
    func appendMetrics(to out: inout ByteBuffer) {
        guard let final = OutlierBounds(counts, factor: factor) else { return }
        let figures: [(String, String)] = [
            ("outlier_lower", text(final.lower)), ("outlier_upper", text(final.upper)),
            ("outliers", String(flagged)), ("distinct", String(counts.distinct)),
            ("bounds_exact", counts.isExact ? "1" : "0"),
        ]
        for (name, value) in figures {
            Metric(stage: "clean", dimension: name, column: column, value: value, n: counts.total).append(to: &out)
        }
    }

    /// A bound in the column's unit with at most eight places, exact where the factor has two.
    private func text(_ bound: Int128) -> String {
        let eight = bound * 100_000_000 / (OutlierBounds.scale * Int128(scale))
        let magnitude = eight.magnitude
        var fraction = String(String(magnitude % 100_000_000 + 100_000_000).dropFirst())
        while fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = "\(eight < 0 ? "-" : "")\(magnitude / 100_000_000)"
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }
}

/// Bounds from outside, by column.
public struct GivenBounds: Sendable {
    /// The bounds by column.
    public private(set) var columns: [String: OutlierBounds] = [:]

    /// None.
    public init() {}

    /// Reads `quantity=1:23.5,unit_price=-2:8.55`; nil where it is not of this form.
    public init?(list: String) {
        for part in list.split(separator: ",") {
            let sides = part.split(separator: "=", maxSplits: 1)
            guard sides.count == 2, ["quantity", "unit_price"].contains(sides[0]) else { return nil }
            let ends = sides[1].split(separator: ":")
            guard ends.count == 2, let lower = Self.exact(String(ends[0])), let upper = Self.exact(String(ends[1])),
                lower <= upper
            else { return nil }
            set(String(sides[0]), lower, upper)
        }
    }

    /// Reads the metric lines of an earlier run.
    public init(metrics lines: [JSONValue]) {
        var found: [String: (lower: Int128?, upper: Int128?)] = [:]
        for line in lines where line["@rd"]?.string == "metric" {
            guard let column = line["column"]?.string, let value = line["value"]?.number.flatMap(Self.exact) else {
                continue
            }
            if line["dimension"]?.string == "outlier_lower" { found[column, default: (nil, nil)].lower = value }
            if line["dimension"]?.string == "outlier_upper" { found[column, default: (nil, nil)].upper = value }
        }
        for (column, ends) in found {
            if let lower = ends.lower, let upper = ends.upper { set(column, lower, upper) }
        }
    }

    /// `lower` and `upper` in hundred-millionths of the column's unit.
    private mutating func set(_ column: String, _ lower: Int128, _ upper: Int128) {
        let unit: Int128 = column == "unit_price" ? 10_000 : 1
        var bounds = OutlierBounds(lower: 0, upper: 0)
        bounds.lower = lower * unit * OutlierBounds.scale / 100_000_000
        bounds.upper = upper * unit * OutlierBounds.scale / 100_000_000
        columns[column] = bounds
    }

    /// A decimal with up to eight places, in hundred-millionths.
    private static func exact(_ text: String) -> Int128? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        guard let whole = Int128(parts[0]), fraction.utf8.count <= 8, fraction.allSatisfy(\.isNumber),
            let rest = Int128(
                fraction.isEmpty ? "0" : fraction + String(repeating: "0", count: 8 - fraction.utf8.count))
        else { return nil }
        return parts[0].hasPrefix("-") ? whole * 100_000_000 - rest : whole * 100_000_000 + rest
    }
}
