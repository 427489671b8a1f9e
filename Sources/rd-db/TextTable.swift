/// Lines of cells in columns: the first to the left, the others to the right.
func columnLines(_ cells: [[String]]) -> [String] {
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in cells.map { $0[column].count }.max() ?? 0 }
    return cells.map { row in
        let name = row[0] + String(repeating: " ", count: widths[0] - row[0].count)
        let others = (1..<count).map { String(repeating: " ", count: widths[$0] - row[$0].count) + row[$0] }
        return ([name] + others).joined(separator: "  ")
    }
}

/// A number of bytes for people: `12.3 MiB`.
func sizeText(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var unit = 0
    var tenths = bytes * 10
    while tenths >= 10_240 && unit < units.count - 1 {
        tenths = (tenths + 512) / 1024
        unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
}
