import CPostgres

/// The rows that a statement gave back, in text format. Freed with its last reference.
public final class QueryResult {
    private let raw: OpaquePointer?

    init(_ raw: OpaquePointer?) { self.raw = raw }

    deinit { PQclear(raw) }

    var status: ExecStatusType { PQresultStatus(raw) }

    /// How many rows came back.
    public var rowCount: Int { Int(PQntuples(raw)) }

    /// How many columns a row has.
    public var columnCount: Int { Int(PQnfields(raw)) }

    /// How many rows the statement inserted, changed, deleted or copied; 0 where the notion does not apply.
    public var affectedRows: Int { PQcmdTuples(raw).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// The command tag, such as `INSERT 0 1` or `COMMIT`.
    public var commandTag: String { PQcmdStatus(raw).map { String(cString: $0) } ?? "" }

    /// The name of a column; empty past the last one.
    public func columnName(_ column: Int) -> String {
        PQfname(raw, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The text of a value, nil for SQL's NULL. Traps past the last row or column, as an array does.
    public subscript(row: Int, column: Int) -> String? {
        precondition(row >= 0 && row < rowCount && column >= 0 && column < columnCount, "no such row or column")
        if PQgetisnull(raw, Int32(row), Int32(column)) == 1 { return nil }
        let bytes = UnsafeRawBufferPointer(
            start: PQgetvalue(raw, Int32(row), Int32(column)), count: Int(PQgetlength(raw, Int32(row), Int32(column))))
        return String(decoding: bytes, as: UTF8.self)
    }
}
