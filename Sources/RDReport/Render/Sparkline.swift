/// The course of a value, to be drawn small.
struct Sparkline {
    let points: [HistoryPoint]
    /// Limits in the unit of the values; nil for none.
    var warn: Double?
    var fail: Double?
    /// What it shows, for those who cannot see it.
    let words: String

    /// More points than this would not be told apart.
    static let most = 120

    init(_ points: some Collection<HistoryPoint>, warn: Double? = nil, fail: Double? = nil, words: String) {
        self.points = Array(Array(points).suffix(Self.most))
        self.warn = warn
        self.fail = fail
        self.words = words
    }

    /// The least and the most that the picture holds: all values, the bands near them, and the limits that are not far
    /// from them.
    var range: ClosedRange<Double> {
        let values = points.map(\.value)
        guard var low = values.min(), var high = values.max() else { return 0...1 }
        let span = max(high - low, abs(high) * 0.002, 1e-9)
        for edge in points.flatMap({ [$0.low, $0.high] }) + [warn, fail] {
            guard let edge, edge > low - 1.2 * span, edge < high + 1.2 * span else { continue }
            low = min(low, edge)
            high = max(high, edge)
        }
        let room = max(high - low, span) * 0.08
        return (low - room)...(high + room)
    }

    /// The newest points as blocks of eighths, for terminals.
    var blocks: String {
        let values = points.suffix(24).map(\.value)
        guard let low = values.min(), let high = values.max() else { return "" }
        let steps = Array("▁▂▃▄▅▆▇█")
        // What strays by less than a thousandth of itself is level to the eye.
        if high - low <= abs(high) * 0.001 { return String(repeating: "▄", count: values.count) }
        return String(values.map { steps[min(7, Int(($0 - low) / (high - low) * 8))] })
    }
}
