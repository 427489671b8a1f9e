extension QualityReport {
    /// The report in Markdown.
    public var markdown: String {
        var lines = ["# \(escaped(headline.text))", "", escaped(subline), ""]
        lines += keyNumbers.map { "- **\(escaped($0.value))** \($0.name) (\(escaped($0.note)))" }
        for section in sections {
            lines += ["", "## \(section.title)"]
            for sentence in section.lead { lines += ["", escaped(sentence)] }
            for table in section.tables { lines += ["", "**\(escaped(table.caption))**", ""] + rows(of: table) }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func rows(of table: ReportTable) -> [String] {
        let head = "| " + table.columns.map(\.name).joined(separator: " | ") + " |"
        let rule = "|" + table.columns.map { $0.isNumber ? "---:|" : "---|" }.joined()
        return [head, rule]
            + table.rows.map { row in "| " + row.map { cell in mark(cell) }.joined(separator: " | ") + " |" }
    }

    private func mark(_ cell: Cell) -> String {
        let text = escaped(cell.text)
        return [.warn, .fail, .odd].contains(cell.tone) ? "**\(text)**" : text
    }

    /// What Markdown or HTML would take for markup of its own stands for itself.
    private func escaped(_ text: String) -> String {
        var result = ""
        for character in printable(text) {
            switch character {
            case "&": result += "&amp;"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "|", "*", "_", "`", "[", "]", "\\", "#", "~": result += "\\\(character)"
            default: result.append(character)
            }
        }
        return result
    }
}
