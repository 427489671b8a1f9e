import CPostgres

/// The fields of a server's report, as libpq numbers them (`PG_DIAG_...`).
private enum Diagnostic: UInt8 {
    case severity = 0x56  // 'V', never translated
    case sqlstate = 0x43  // 'C'
    case primary = 0x4D  // 'M'
    case detail = 0x44  // 'D'
    case hint = 0x48  // 'H'
    case table = 0x74  // 't'
    case constraint = 0x6E  // 'n'
}

extension PostgresError {
    /// The error that a result reports; `connection` says whether it still lives.
    init(result: OpaquePointer?, connection: OpaquePointer?) {
        let field = { (which: Diagnostic) -> String? in
            PQresultErrorField(result, Int32(which.rawValue)).map { String(cString: $0).oneLine }
        }
        let isLost = PQstatus(connection) == CONNECTION_BAD
        let fallback = PQresultErrorMessage(result).map { String(cString: $0) } ?? ""
        self.init(
            sqlstate: field(.sqlstate), severity: field(.severity),
            primary: field(.primary) ?? Self.libpqText(fallback, connection),
            detail: field(.detail), hint: field(.hint), constraint: field(.constraint), table: field(.table),
            isConnectionLost: isLost)
    }

    /// The error that libpq itself reports about `connection`.
    init(connection: OpaquePointer?) {
        self.init(
            sqlstate: nil, primary: Self.libpqText("", connection),
            isConnectionLost: PQstatus(connection) == CONNECTION_BAD)
    }

    private static func libpqText(_ text: String, _ connection: OpaquePointer?) -> String {
        let whole = text.isEmpty ? PQerrorMessage(connection).map { String(cString: $0) } ?? "" : text
        return whole.isEmpty ? "the connection is closed" : whole.oneLine
    }
}

extension String {
    /// The text with its line breaks and tabs as single blanks, and none at its ends.
    var oneLine: String {
        split { $0.isNewline || $0 == "\t" }.joined(separator: " ")
            .split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
}
