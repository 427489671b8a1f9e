/// The months of the fact table, a row a year, darker where there are more facts.
struct HeatMap {
    let months: [MonthPart]
    private static let cell = (width: 74.0, height: 44.0, left: 50.0, top: 24.0)
    private static let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    private var years: [String] {
        var years: [String] = []
        for month in months where years.last != String(month.month.prefix(4)) {
            years.append(String(month.month.prefix(4)))
        }
        return years
    }

    var svg: String {
        let cell = Self.cell
        let years = years
        guard !years.isEmpty else { return "" }
        let width = cell.left + 12 * cell.width
        let height = cell.top + Double(years.count) * cell.height
        let words =
            "Facts of \(months.count) months from \(months[0].month) to \(months[months.count - 1].month), from "
            + "\(groupedText(months.map(\.facts).min() ?? 0)) to \(groupedText(months.map(\.facts).max() ?? 0)) a month"
        let head = Self.names.enumerated().map { place, name in
            "<text x=\"\(coordinate(cell.left + (Double(place) + 0.5) * cell.width))\" y=\"14\" text-anchor=\"middle\">\(name)</text>"
        }
        let rows = years.enumerated().map { place, year in
            "<text x=\"\(coordinate(cell.left - 10))\" y=\"\(coordinate(cell.top + (Double(place) + 0.5) * cell.height))\" "
                + "dy=\"4\" text-anchor=\"end\">\(html(year))</text>"
        }
        return "<svg class=\"heat\" viewBox=\"0 0 \(coordinate(width)) \(coordinate(height))\" role=\"img\" "
            + "style=\"max-width:\(coordinate(width))px\"><title>\(html(words))</title>" + (head + rows).joined()
            + months.map { square($0, years) }.joined() + "</svg>"
    }

    private func square(_ month: MonthPart, _ years: [String]) -> String {
        guard let row = years.firstIndex(of: String(month.month.prefix(4))), let number = Int(month.month.suffix(2)),
            (1...12).contains(number)
        else { return "" }
        let most = Double(max(1, months.map(\.facts).max() ?? 1))
        let part = Double(month.facts) / most
        let x = Self.cell.left + Double(number - 1) * Self.cell.width
        let y = Self.cell.top + Double(row) * Self.cell.height
        let words = "\(month.month): \(groupedText(month.facts)) facts, \(moneyText(month.net)) net"
        return "<g><title>\(html(words))</title><rect x=\"\(coordinate(x + 1.5))\" y=\"\(coordinate(y + 1.5))\" "
            + "width=\"\(coordinate(Self.cell.width - 3))\" height=\"\(coordinate(Self.cell.height - 3))\" rx=\"3\" "
            + "fill-opacity=\"\(month.facts == 0 ? "0.04" : opacity(part))\"/>"
            + "<text class=\"\(part > 0.55 ? "over" : "on")\" x=\"\(coordinate(x + Self.cell.width / 2))\" "
            + "y=\"\(coordinate(y + Self.cell.height / 2))\" dy=\"4\" text-anchor=\"middle\">"
            + "\(shortText(Double(month.facts)))</text></g>"
    }

    private func opacity(_ part: Double) -> String {
        let hundredths = Int((12 + 88 * part).rounded())
        return hundredths >= 100 ? "1" : "0.\(hundredths < 10 ? "0" : "")\(hundredths)"
    }
}
