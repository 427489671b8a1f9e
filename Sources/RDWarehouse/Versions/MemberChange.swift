public import RDBytes
import RDPostgres

/// How one member of a dimension differs between two versions.
public struct MemberChange: Equatable, Sendable {
    /// `customers`, `products` or `countries`.
    public let dimension: String
    /// Its natural key.
    public let member: String
    /// `added`, `changed` or `removed`.
    public let change: String
    /// Its columns at the first version; null where it was not there.
    public let before: JSONValue
    /// The same at the second.
    public let after: JSONValue

    /// One object.
    public var json: JSONValue {
        [
            "dimension": .string(dimension), "member": .string(member), "change": .string(change), "before": before,
            "after": after,
        ]
    }

    /// The members that differ between two versions, by their numbers; 0 is the empty warehouse.
    static func between(_ before: Int, _ after: Int, _ connection: Connection) throws -> [MemberChange] {
        let rows = try connection.execute(
            """
            SELECT dimension, member, change, content_before, content_after
            FROM retail_dw.diff_members($1::integer, $2::integer)
            """, [String(before), String(after)])
        return try (0..<rows.rowCount).map { row in
            MemberChange(
                dimension: rows[row, 0] ?? "", member: rows[row, 1] ?? "", change: rows[row, 2] ?? "",
                before: try content(rows[row, 3]), after: try content(rows[row, 4]))
        }
    }

    private static func content(_ text: String?) throws -> JSONValue {
        guard let text else { return .null }
        return try Array(text.utf8).withUnsafeBytes { try JSONValue(parsing: $0.bytes) }
    }
}
