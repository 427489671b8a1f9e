public import RDBytes

/// Where rows come from that were set aside once and are read anew, out of the file in which they stood.
public struct RowOrigin: Sendable {
    /// What the `open` line tells of that source.
    public var source: JSONValue
    /// The place of each row in it, in the order in which they come.
    public var rows: [(line: Int, offset: Int?)]

    /// Rows of `source`; at least one.
    public init(source: JSONValue, rows: [(line: Int, offset: Int?)]) {
        precondition(!rows.isEmpty, "there are no rows to read anew")
        self.source = source
        self.rows = rows
    }
}
