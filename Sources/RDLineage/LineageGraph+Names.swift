public import RDBytes

extension LineageGraph {
    /// Which way a question looks.
    public enum Direction: Sendable {
        /// What is made from a column.
        case downstream
        /// What a column is made from.
        case upstream
    }

    /// The columns that `text` names: `dataset.column`, or a column's name alone, which stands for that column
    /// wherever it is: of those, the ones that a question in `direction` has to begin at. Upper and lower case count
    /// only where two names differ in nothing else. A name that is none is exit 64, with those that are near.
    public func columns(named text: String, for direction: Direction) throws(RDError) -> [LineageColumn] {
        var matches = columns.filter { $0.text == text || $0.name == text }
        if matches.isEmpty {
            let folded = text.lowercased()
            matches = columns.filter { $0.text.lowercased() == folded || $0.name.lowercased() == folded }
        }
        guard !matches.isEmpty else { throw unknown(text) }
        let all = Set(matches)
        let outer = matches.filter { column in
            switch direction {
            case .downstream: !upstream(of: [column]).contains { $0.from != column && all.contains($0.from) }
            case .upstream: !downstream(of: [column]).contains { $0.to != column && all.contains($0.to) }
            }
        }
        return outer.isEmpty ? matches : outer
    }

    private func unknown(_ text: String) -> RDError {
        let part = text.split(separator: ".").last.map { $0.lowercased() } ?? ""
        let near = columns.filter { !part.isEmpty && $0.name.lowercased().contains(part) }.map(\.text)
        let known = near.isEmpty ? Array(Set(columns.map(\.dataset))).sorted() : Array(near.prefix(8))
        return RDError(
            .usage, "no column is named \(text)",
            remedy: (near.isEmpty ? "columns are DATASET.COLUMN, of " : "did you mean ") + known.joined(separator: ", ")
        )
    }
}
