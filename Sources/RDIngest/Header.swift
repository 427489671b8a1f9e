public import RDBytes
public import RDRecord

/// Which cell of a record is which column.
public struct Header: Sendable {
    /// The cell of each canonical column; nil where the file has none.
    public let cells: [Int?]
    /// Columns that the schema does not know, with the names they keep.
    public let extras: [(cell: Int, name: String)]
    /// The header's names, as they stand.
    public let names: [String]

    /// Matches the header's `names` to the schema's columns. Two headers for one column, or a required column that is
    /// missing, is exit 65 with what was found and what was expected.
    public init(_ names: [String], schema: SalesSchema, file: String) throws(RDError) {
        var cells = [Int?](repeating: nil, count: schema.columns.count)
        var extras: [(cell: Int, name: String)] = []
        for (index, name) in names.enumerated() {
            guard let slot = Self.slot(of: name, schema) else {
                extras.append((index, Self.extraName(name, index, taken: extras.map(\.name))))
                continue
            }
            if let other = cells[slot] {
                throw RDError(
                    .data, "\(file): the columns '\(names[other])' and '\(name)' are both \(schema[slot].name)",
                    remedy: "rename one of them, or take one of the names out of the schema's aliases")
            }
            cells[slot] = index
        }
        let missing = schema.columns.indices.filter { schema[$0].isRequired && cells[$0] == nil }
        guard missing.isEmpty else { throw Self.missing(missing, names, schema, file) }
        self.cells = cells
        self.extras = extras
        self.names = names
    }

    /// The slot that a header's name stands for; nil where the schema does not know it.
    static func slot(of name: String, _ schema: SalesSchema) -> Int? {
        let folded = SalesSchema.fold(name)
        return schema.columns.firstIndex { $0.aliases.contains(folded) }
    }

    /// How many of the schema's columns are among `names`.
    static func matches(_ names: [String], _ schema: SalesSchema) -> Int {
        Set(names.compactMap { slot(of: $0, schema) }).count
    }

    private static func extraName(_ name: String, _ index: Int, taken: [String]) -> String {
        var result = name.isEmpty ? "column_\(index + 1)" : name
        if Field.names.contains(result) || result.hasPrefix("@") { result = "source_\(result)" }
        while taken.contains(result) { result += "_\(index + 1)" }
        return result
    }

    private static func missing(_ slots: [Int], _ names: [String], _ schema: SalesSchema, _ file: String) -> RDError {
        let lacking = slots.map { schema[$0].name }.joined(separator: ", ")
        let found = names.map { "'\($0)'" }.joined(separator: ", ")
        let expected = schema.columns.filter(\.isRequired).map(\.name).joined(separator: ", ")
        return RDError(
            .data, "\(file): the header lacks \(lacking); found \(found); expected \(expected)",
            remedy: "check --delimiter, or add the file's names to the aliases in the schema (--schema)")
    }
}
