/// A column somewhere on the way from a source to the warehouse.
public struct LineageColumn: Hashable, Comparable, Sendable {
    /// The dataset of the columns of what was read.
    public static let source = "source"

    /// `source`, a stage (`ingest`, `clean`, `opaque`...), or a table or view of the warehouse.
    public let dataset: String
    /// The column's name there; `*` for a view that is known to read something but not for which of its columns.
    public let name: String

    /// The column `name` of `dataset`.
    public init(_ dataset: String, _ name: String) {
        self.dataset = dataset
        self.name = name
    }

    /// `dataset.name`.
    public var text: String { "\(dataset).\(name)" }

    /// In order of dataset, then name.
    public static func < (left: LineageColumn, right: LineageColumn) -> Bool {
        (left.dataset, left.name) < (right.dataset, right.name)
    }
}

/// That one column is made from another.
public struct LineageEdge: Hashable, Sendable {
    /// The column that is read.
    public let from: LineageColumn
    /// The column that is made.
    public let to: LineageColumn
    /// The stage that does it; `view` for what the database does when somebody asks.
    public let stage: String
    /// What is done, in a few words.
    public let rule: String

    /// An edge from one column to another.
    public init(_ from: LineageColumn, _ to: LineageColumn, stage: String, rule: String) {
        self.from = from
        self.to = to
        self.stage = stage
        self.rule = rule
    }
}
