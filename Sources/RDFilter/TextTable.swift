import RDBytes
import RDProcess

/// Lines of cells in columns: the first `left` to the left, the others to the right.
public func columnLines(_ cells: [[String]], left: Int = 1) -> [String] {
    let count = cells.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in cells.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0 }
    return cells.map { row in
        let padded = row.indices.map { column in
            let space = String(repeating: " ", count: widths[column] - row[column].count)
            return column < left ? row[column] + space : space + row[column]
        }
        let line = padded.joined(separator: "  ")
        return String(line.reversed().drop { $0 == " " }.reversed())
    }
}

/// A number of bytes for people: `12.3 MiB`.
public func sizeText(_ bytes: Int) -> String {
    let units = ["B", "KiB", "MiB", "GiB", "TiB"]
    var unit = 0
    var tenths = bytes * 10
    while tenths >= 10_240 && unit < units.count - 1 {
        tenths = (tenths + 512) / 1024
        unit += 1
    }
    return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
}

/// Writes lines to standard output. A failure is exit 74.
public func printLines(_ lines: [String]) throws {
    let sink = FileSink(1, name: "standard output")
    let text = lines.map { $0 + "\n" }.joined()
    try Array(text.utf8).withUnsafeBytes { try sink.write($0) }
}
