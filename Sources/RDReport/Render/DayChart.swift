import RDHistory

/// Rows of each day as columns, coloured and marked by the worst that happened on it.
struct DayChart {
    let days: [ReportDay]
    private static let size = (width: 1000.0, height: 170.0, bottom: 142.0, top: 22.0, left: 52.0)

    /// Rows that a column as high as the chart stands for: a round number.
    private var most: Double {
        let most = Double(days.map(\.rows).max() ?? 0)
        var step = 1.0
        while step * 10 <= most { step *= 10 }
        for factor in [1.0, 1.5, 2, 3, 4, 5, 6, 8, 10] where step * factor >= most { return step * factor }
        return max(1, most)
    }

    var svg: String {
        guard !days.isEmpty else { return "" }
        let size = Self.size
        let bad = days.count { $0.tone != .pass }
        let words =
            "Rows read on each of \(days.count) days from \(days[0].day) to \(days[days.count - 1].day), at most "
            + "\(groupedText(days.map(\.rows).max() ?? 0)); \(bad) days with failures, warnings or anomalies"
        return "<svg class=\"days\" viewBox=\"0 0 \(coordinate(size.width)) \(coordinate(size.height))\" role=\"img\">"
            + "<title>\(html(words))</title>" + scale + days.indices.map(column).joined() + labels + "</svg>"
    }

    private var step: Double { (Self.size.width - Self.size.left) / Double(days.count) }

    private func x(_ index: Int) -> Double { Self.size.left + step * Double(index) }

    private func y(_ rows: Double) -> Double {
        Self.size.bottom - (Self.size.bottom - Self.size.top) * rows / most
    }

    private var scale: String {
        [0, 0.5, 1].map { part in
            let height = coordinate(y(most * part))
            let text = part == 0 ? "0" : shortText(most * part)
            return
                "<path class=\"grid\" d=\"M\(coordinate(Self.size.left)) \(height)H\(coordinate(Self.size.width))\"/>"
                + "<text x=\"\(coordinate(Self.size.left - 8))\" y=\"\(height)\" dy=\"4\" text-anchor=\"end\">\(text)</text>"
        }.joined()
    }

    private func column(_ index: Int) -> String {
        let day = days[index]
        let width = min(step * 0.72, 26)
        let left = x(index) + (step - width) / 2
        // A day that read nothing has failed, and is still to be seen.
        let top = min(y(Double(day.rows)), Self.size.bottom - 2)
        let mark = day.tone == .pass ? "" : mark(day.tone, at: left + width / 2, top - 9)
        let words =
            "\(day.day): \(groupedText(day.rows)) rows, \(day.failed) failed, \(day.warnings) warnings, "
            + "\(day.anomalies) anomalies"
        return "<g><title>\(html(words))</title><rect class=\"\(day.tone.rawValue)\" x=\"\(coordinate(left))\" "
            + "y=\"\(coordinate(top))\" width=\"\(coordinate(width))\" height=\"\(coordinate(Self.size.bottom - top))\" "
            + "rx=\"1.5\"/>\(mark)</g>"
    }

    /// Tones have shapes too, for those who cannot tell the colours.
    private func mark(_ tone: Tone, at x: Double, _ y: Double) -> String {
        let (a, b) = (coordinate(x), coordinate(y))
        switch tone {
        case .fail: return "<path class=\"stroke fail\" d=\"M\(a) \(b)m-4-4l8 8m0-8l-8 8\"/>"
        case .warn: return "<path class=\"warn\" d=\"M\(a) \(b)m0-5l5 9h-10z\"/>"
        default: return "<path class=\"odd\" d=\"M\(a) \(b)m0-5l5 5l-5 5l-5-5z\"/>"
        }
    }

    private var labels: String {
        let every = max(1, (days.count + 7) / 8)
        return days.indices.filter { $0.isMultiple(of: every) }.map { index in
            "<text x=\"\(coordinate(x(index) + step / 2))\" y=\"\(coordinate(Self.size.bottom + 18))\" "
                + "text-anchor=\"middle\">\(html(days[index].day))</text>"
        }.joined()
    }
}

/// A number for the edge of a chart: `250`, `42.5k`, `1.2M`.
func shortText(_ value: Double) -> String {
    let (scale, unit) = value >= 999_500 ? (1e6, "M") : value >= 999.5 ? (1e3, "k") : (1.0, "")
    let text = groupedText(value / scale, places: value / scale < 99.95 && scale > 1 ? 1 : 0)
    return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + unit
}
