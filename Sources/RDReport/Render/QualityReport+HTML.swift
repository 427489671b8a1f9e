extension QualityReport {
    /// The report as one page that needs nothing else: style and pictures are inside of it, it has no script, and its
    /// own policy lets a browser load nothing.
    public var page: String {
        let sections = sections
        return """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width,initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <meta name="generator" content="rd-quality report">
            <title>Data quality: \(html(headline.text))</title>
            <style>
            \(reportStyle)
            </style>
            </head>
            <body>
            \(header)
            \(links(sections))
            <main class="wrap">
            \(keys)
            \(sections.map(part).joined(separator: "\n"))
            </main>
            <footer class="wrap">Made \(iso8601(made)) by rd-quality report. Times are UTC.</footer>
            </body>
            </html>

            """
    }

    private static func symbol(_ tone: Tone) -> String {
        switch tone {
        case .pass: "✓"
        case .warn: "!"
        case .fail: "✕"
        case .odd: "◆"
        case .plain, .mute: "–"
        }
    }

    private var header: String {
        let (text, tone) = headline
        let last = runs.last.map { day($0.began) } ?? day(made)
        return """
            <header class="wrap">
            <p class="brand">Retail data quality · \(day(since)) to \(last)</p>
            <h1><span class="seal \(tone.rawValue)" aria-hidden="true">\(Self.symbol(tone))</span>\(html(text))</h1>
            <p class="sub">\(html(subline))</p>
            </header>
            """
    }

    private func links(_ sections: [ReportSection]) -> String {
        let items = sections.map { "<li><a href=\"#\($0.id)\">\(html($0.title))</a></li>" }
        return "<nav aria-label=\"Sections\"><ul>\(items.joined())</ul></nav>"
    }

    private var keys: String {
        let items = keyNumbers.map { key in
            "<div class=\"key\"><dt>\(html(key.name))</dt><dd class=\"value\">\(html(key.value))</dd>"
                + "<dd class=\"note \(key.tone.rawValue)\">\(html(key.note))</dd></div>"
        }
        return "<dl class=\"keys\">\(items.joined())</dl>"
    }

    private func part(_ section: ReportSection) -> String {
        let lead = section.lead.map { "<p class=\"lead\">\(html($0))</p>" }.joined()
        return "<section id=\"\(section.id)\" aria-labelledby=\"\(section.id)-title\">"
            + "<h2 id=\"\(section.id)-title\">\(html(section.title))</h2>" + lead + picture(section.picture)
            + section.tables.map(table).joined() + "</section>"
    }

    private func picture(_ picture: ReportSection.Picture?) -> String {
        switch picture {
        case .days(let days):
            return wide(DayChart(days: days).svg, "Rows read by day") + """
                <ul class="legend"><li><b class="pass">▮</b> rows read</li><li><b class="odd">◆</b> anomaly</li>\
                <li><b class="warn">▲</b> warning</li><li><b class="fail">✕</b> failed</li></ul>
                """
        case .months(let months): return wide(HeatMap(months: months).svg, "Facts by month")
        case nil: return ""
        }
    }

    /// What a narrow window moves sideways, by keys too.
    private func wide(_ content: String, _ label: String) -> String {
        "<div class=\"scroll\" role=\"region\" aria-label=\"\(label)\" tabindex=\"0\">\(content)</div>"
    }

    private func table(_ table: ReportTable) -> String {
        let head = table.columns.map { column in
            "<th scope=\"col\"\(column.isNumber ? " class=\"n\"" : "")>\(html(column.name))</th>"
        }
        let rows = table.rows.map { row in
            "<tr>"
                + zip(row, table.columns).enumerated().map { place, pair in cell(pair.0, pair.1, isFirst: place == 0) }
                .joined() + "</tr>"
        }
        let caption = html(table.caption)
        let grid = wide(
            "<table><caption>\(caption)</caption><thead><tr>\(head.joined())</tr></thead><tbody>\n"
                + rows.joined(separator: "\n") + "\n</tbody></table>", caption)
        guard table.isFolded else { return grid }
        return "<details><summary>\(caption): \(groupedText(table.rows.count)) rows</summary>\(grid)</details>"
    }

    private func cell(_ cell: Cell, _ column: ReportTable.Column, isFirst: Bool) -> String {
        let isShort = cell.text.count <= 24
        let kind = column.isNumber ? " class=\"n\"" : isShort ? " class=\"t\"" : cell.isCode ? " class=\"wide\"" : ""
        let (open, close) = isFirst ? ("<th scope=\"row\"\(kind)>", "</th>") : ("<td\(kind)>", "</td>")
        return open + bar(cell.bar) + content(cell) + close
    }

    private func content(_ cell: Cell) -> String {
        if let spark = cell.spark { return spark.svg }
        let text = cell.isCode ? "<code>\(Self.breakable(html(cell.text)))</code>" : html(cell.text)
        switch cell.tone {
        case .plain: return text
        case .mute: return "<span class=\"mute\">\(text)</span>"
        default: return "<span class=\"tag \(cell.tone.rawValue)\">\(text)</span>"
        }
    }

    /// Names may be broken after a dash below or a slash, and not elsewhere.
    private static func breakable(_ name: String) -> String {
        name.contains(" ") ? name : name.replacing("_", with: "_<wbr>").replacing("/", with: "/<wbr>")
    }

    /// A bar says no more than the number beside it.
    private func bar(_ length: Double?) -> String {
        guard let length else { return "" }
        let width = coordinate(max(1.5, abs(length) * 100))
        return
            "<span class=\"bar\(length < 0 ? " less" : "")\" aria-hidden=\"true\"><i style=\"width:\(width)%\"></i></span>"
    }
}
