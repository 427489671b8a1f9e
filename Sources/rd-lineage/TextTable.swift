/// Rows of cells as lines for people, each column as wide as its widest cell.
struct TextTable {
    private var rows: [[String]]
    private let rightAligned: Set<Int>

    /// A table with `head` over its columns; those of `right` hold numbers.
    init(_ head: [String], right: Set<Int> = []) {
        rows = [head]
        rightAligned = right
    }

    /// Adds a row.
    mutating func add(_ cells: [String]) { rows.append(cells) }

    /// The lines, without blanks at their ends.
    var lines: [String] {
        let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            var line = ""
            for (column, cell) in row.enumerated() {
                let fill = String(repeating: " ", count: widths[column] - cell.count)
                line += (column == 0 ? "" : "  ") + (rightAligned.contains(column) ? fill + cell : cell + fill)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
