extension Sparkline {
    private static let size = (width: 168.0, height: 40.0)

    /// The course as a small picture with its band, its limits, and marks where it was off.
    var svg: String {
        guard !points.isEmpty else { return "" }
        let (width, height) = Self.size
        return "<svg class=\"spark\" viewBox=\"0 0 \(coordinate(width)) \(coordinate(height))\" role=\"img\">"
            + "<title>\(html(words))</title>" + band + line(at: warn, "warn") + line(at: fail, "fail") + course + marks
            + "</svg>"
    }

    private func x(_ index: Int) -> Double {
        points.count == 1 ? Self.size.width / 2 : 4 + (Self.size.width - 8) * Double(index) / Double(points.count - 1)
    }

    private func y(_ value: Double, _ range: ClosedRange<Double>) -> Double {
        let part =
            (min(max(value, range.lowerBound), range.upperBound) - range.lowerBound)
            / (range.upperBound - range.lowerBound)
        return 3 + (Self.size.height - 6) * (1 - part)
    }

    /// An area for each stretch of runs in which something was expected.
    private var band: String {
        let range = range
        var areas = ""
        var stretch: [Int] = []
        func close() {
            if stretch.count > 1 {
                let top = stretch.map { point($0, points[$0].high ?? range.upperBound, range) }
                let bottom = stretch.reversed().map { point($0, points[$0].low ?? range.lowerBound, range) }
                areas += "<path class=\"band\" d=\"M\((top + bottom).joined(separator: "L"))Z\"/>"
            }
            stretch = []
        }
        for index in points.indices {
            if points[index].low == nil, points[index].high == nil { close() } else { stretch.append(index) }
        }
        close()
        return areas
    }

    private func point(_ index: Int, _ value: Double, _ range: ClosedRange<Double>) -> String {
        "\(coordinate(x(index))) \(coordinate(y(value, range)))"
    }

    private func line(at limit: Double?, _ tone: String) -> String {
        let range = range
        guard let limit, range.contains(limit) else { return "" }
        let height = coordinate(y(limit, range))
        return "<path class=\"limit \(tone)\" d=\"M0 \(height)H\(coordinate(Self.size.width))\"/>"
    }

    private var course: String {
        let range = range
        let path = points.indices.map { point($0, points[$0].value, range) }.joined(separator: "L")
        return points.count > 1 ? "<path class=\"course\" d=\"M\(path)\"/>" : ""
    }

    private var marks: String {
        let range = range
        return points.indices.map { index in
            let one = points[index]
            let isLast = index == points.count - 1
            let tone = one.status == "pass" ? (one.isOdd ? "odd" : isLast ? "last" : "") : one.status
            if tone.isEmpty { return "" }
            return "<circle class=\"\(tone)\" cx=\"\(coordinate(x(index)))\" "
                + "cy=\"\(coordinate(y(one.value, range)))\" r=\"\(isLast ? "3" : "2.4")\"/>"
        }.joined()
    }
}
