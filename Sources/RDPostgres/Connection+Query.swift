import CPostgres

extension Connection {
    /// Runs one statement; `parameters` fill `$1`, `$2`, ... as text, nil as NULL.
    @discardableResult
    public func execute(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> QueryResult {
        if parameters.contains(where: { $0?.utf8.contains(0) == true }) {
            throw PostgresError(sqlstate: "22021", primary: "a text for the server holds a NUL byte")
        }
        try settleCopy(before: sql)
        let result = withCStrings(parameters) { values in
            PQexecParams(raw, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        return try checked(result)
    }

    /// Sends one statement and does not wait for what comes of it: `receive` gives that, and until then nothing else may
    /// be asked.
    public func send(_ sql: String, _ parameters: [String?]) throws(PostgresError) {
        try settleCopy(before: sql)
        let isSent = withCStrings(parameters) { values in
            PQsendQueryParams(raw, sql, Int32(parameters.count), nil, values, nil, nil, 0)
        }
        guard isSent == 1 else { throw PostgresError(connection: raw) }
    }

    /// Waits for the result of the statement that was sent.
    public func receive() throws(PostgresError) -> QueryResult {
        let result = PQgetResult(raw)
        while let rest = PQgetResult(raw) { PQclear(rest) }
        return try checked(result)
    }

    /// Runs a text of any number of statements, as psql would, in one implicit transaction unless it says otherwise.
    public func script(_ sql: String) throws(PostgresError) {
        try settleCopy(before: sql)
        _ = try checked(PQexec(raw, sql))
    }

    /// The first column of the first row; nil where there is no row or it is NULL.
    public func value(_ sql: String, _ parameters: [String?] = []) throws(PostgresError) -> String? {
        let result = try execute(sql, parameters)
        return result.rowCount > 0 && result.columnCount > 0 ? result[0, 0] : nil
    }

    /// Wraps a result that succeeded; frees one that failed and throws what it reports.
    func checked(_ result: OpaquePointer?) throws(PostgresError) -> QueryResult {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT:
            return QueryResult(result)
        default:
            defer { PQclear(result) }
            throw PostgresError(result: result, connection: raw)
        }
    }

    /// `name` as an SQL identifier: quoted, with its quotes doubled. Valid in any server encoding that holds ASCII.
    public func quoteIdentifier(_ name: String) throws(PostgresError) -> String {
        try quoted(PQescapeIdentifier(raw, name, name.utf8.count))
    }

    /// `text` as an SQL string literal.
    public func quoteLiteral(_ text: String) throws(PostgresError) -> String {
        try quoted(PQescapeLiteral(raw, text, text.utf8.count))
    }

    private func quoted(_ text: UnsafeMutablePointer<CChar>?) throws(PostgresError) -> String {
        guard let text else { throw PostgresError(connection: raw) }
        defer { PQfreemem(text) }
        return String(cString: text)
    }
}
