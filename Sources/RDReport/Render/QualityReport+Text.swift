extension QualityReport {
    /// The report for a terminal.
    public var lines: [String] {
        var lines = [headline.text, subline, ""]
        lines += aligned(keyNumbers.map { [$0.name, $0.value, $0.note] }, right: [1])
        for section in sections {
            lines += ["", section.title.uppercased()]
            lines += section.lead
            for table in section.tables { lines += text(of: table) }
        }
        return lines
    }

    private func text(of table: ReportTable) -> [String] {
        // Rows that a page folds away are the newest ones here; texts from sources keep to their line.
        let shown = table.isFolded ? Array(table.rows.prefix(10)) : table.rows
        let cells = [table.columns.map(\.name)] + shown.map { row in row.map { printable($0.text, most: 100) } }
        let right = Set(table.columns.indices.filter { table.columns[$0].isNumber })
        let rest = table.rows.count - shown.count
        return ["", "  \(table.caption)"] + aligned(cells, right: right)
            + (rest > 0 ? ["  and \(rest) more: --format markdown, html or ndjson has them"] : [])
    }

    private func aligned(_ cells: [[String]], right: Set<Int>) -> [String] {
        let widths = (cells.first ?? []).indices.map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            var line = " "
            for (column, cell) in row.enumerated() {
                let space = String(repeating: " ", count: widths[column] - cell.count)
                line += " " + (column == 0 ? "" : " ") + (right.contains(column) ? space + cell : cell + space)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}

/// A text from a source on one line, without what would move a terminal's cursor or change its colours.
func printable(_ text: String, most: Int = .max) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
        if result.count >= most { return String(result) + "..." }
        // Controls, and the marks that turn the direction of writing.
        let isHidden =
            scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
            || (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
        result.append(isHidden ? (scalar.value == 0x0A || scalar.value == 0x09 ? " " : "\u{FFFD}") : scalar)
    }
    return String(result)
}
