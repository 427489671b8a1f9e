import CPostgres

/// How far a COPY into the server is.
enum CopyPhase {
    case none
    /// Data may be sent.
    case sending
    /// The server has it all, and owes its verdict.
    case digesting
}

extension Connection {
    /// Starts `COPY ... FROM STDIN`; until `finishCopy` or `abortCopy` only the COPY calls may be made.
    public func copyIn(_ sql: String) throws(PostgresError) {
        try settleCopy(before: sql)
        guard try checked(PQexec(raw, sql)).isCopyIn else {
            throw PostgresError(sqlstate: nil, primary: "not a COPY ... FROM STDIN: \(sql)")
        }
        copyPhase = .sending
    }

    /// Sends a piece of the data, cut anywhere; blocks while the server is behind. What is wrong with the data is
    /// reported by `finishCopy`.
    public func putCopyData(_ bytes: UnsafeRawBufferPointer) throws(PostgresError) {
        guard bytes.count > 0 else { return }
        let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
        guard PQputCopyData(raw, start, Int32(bytes.count)) == 1 else { throw lostDuringCopy() }
    }

    /// Says that the data is complete, and returns without waiting for the server to digest it.
    public func sendCopyEnd() throws(PostgresError) {
        guard PQputCopyEnd(raw, nil) == 1 else { throw lostDuringCopy() }
        copyPhase = .digesting
    }

    /// Waits for the server's verdict on the COPY that `sendCopyEnd` ended; the number of rows it took.
    @discardableResult
    public func finishCopy() throws(PostgresError) -> Int {
        guard copyPhase == .digesting else {
            throw PostgresError(sqlstate: nil, primary: "no COPY to finish: sendCopyEnd comes first")
        }
        return try drain().affectedRows
    }

    /// Ends the COPY as failed, in place of `sendCopyEnd` and `finishCopy`; the transaction is then only fit for
    /// ROLLBACK.
    public func abortCopy(_ reason: String) {
        if copyPhase == .sending { _ = PQputCopyEnd(raw, reason) }
        if copyPhase != .none { _ = try? drain() }
    }

    /// Refuses a statement while a COPY is under way: libpq would throw the verdict on it away, and with it the error
    /// of data that were not taken. Only a ROLLBACK may come, and has the COPY aborted first.
    func settleCopy(before sql: String) throws(PostgresError) {
        guard copyPhase != .none else { return }
        guard sql == "ROLLBACK" else {
            throw PostgresError(sqlstate: nil, primary: "a COPY is under way: finishCopy comes before \(sql)")
        }
        abortCopy("rolled back")
    }

    /// Runs `COPY ... TO STDOUT` and hands each row's bytes to `body`; in binary format the first also holds the
    /// header and the last is the trailer. When `body` throws, the server's statement is cancelled.
    public func copyOut(_ sql: String, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        try settleCopy(before: sql)
        guard try checked(PQexec(raw, sql)).isCopyOut else {
            throw PostgresError(sqlstate: nil, primary: "not a COPY ... TO STDOUT: \(sql)")
        }
        do {
            while try nextCopyRow(body) {}
        } catch {
            cancel()
            while (try? nextCopyRow { _ in }) == true {}
            _ = try? drain()
            throw error
        }
        try drain()
    }

    private func nextCopyRow(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> Bool {
        var row: UnsafeMutablePointer<CChar>?
        let count = PQgetCopyData(raw, &row, 0)
        guard count >= 0 else {
            if count == -2 { throw PostgresError(connection: raw) }
            return false
        }
        defer { PQfreemem(row) }
        try body(UnsafeRawBufferPointer(start: row, count: Int(count)))
        return true
    }

    /// Asks the server to stop what this session is running.
    public func cancel() {
        let request = PQgetCancel(raw)
        defer { PQfreeCancel(request) }
        var complaint = [CChar](repeating: 0, count: 256)
        PQcancel(request, &complaint, Int32(complaint.count))
    }

    /// Reads what is left to read of the answer; throws the first error in it.
    @discardableResult
    private func drain() throws(PostgresError) -> QueryResult {
        copyPhase = .none
        var last: QueryResult?
        var failure: PostgresError?
        while let result = PQgetResult(raw) {
            do throws(PostgresError) {
                last = try checked(result)
                // A connection that died while copying goes on "copying" for ever.
                if last?.isCopying == true && PQstatus(raw) == CONNECTION_BAD { break }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        guard let last, PQstatus(raw) == CONNECTION_OK else { throw PostgresError(connection: raw) }
        return last
    }

    /// What ended the connection: the server's last words when it had the time to say some.
    private func lostDuringCopy() -> PostgresError {
        do throws(PostgresError) { try drain() } catch { return error }
        return PostgresError(connection: raw)
    }
}

extension QueryResult {
    var isCopyIn: Bool { status == PGRES_COPY_IN }
    var isCopyOut: Bool { status == PGRES_COPY_OUT }
    var isCopying: Bool { isCopyIn || isCopyOut }
}
