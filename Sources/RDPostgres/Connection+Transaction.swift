extension Connection {
    /// Runs `body` in a transaction: committed when it returns, rolled back when it throws.
    ///
    /// A connection that is lost while COMMIT is on its way leaves open whether it happened; the error then says so,
    /// and whoever retries must be able to see it.
    @discardableResult
    public func transaction<T>(_ body: () throws -> T) throws -> T {
        try execute("BEGIN")
        do {
            let value = try body()
            try commit()
            return value
        } catch {
            // Best effort: a lost connection has rolled back by itself, and `error` is the one to report.
            _ = try? execute("ROLLBACK")
            throw error
        }
    }

    /// Commits the open transaction. Plain `COMMIT` as a statement does not do: in a transaction that has failed, the
    /// server answers it with ROLLBACK, and no error.
    public func commit() throws(PostgresError) {
        do throws(PostgresError) {
            let tag = try execute("COMMIT").commandTag
            guard tag == "COMMIT" else {
                throw PostgresError(sqlstate: "25P02", primary: "the transaction had failed and was rolled back")
            }
        } catch  where error.isConnectionLost {
            throw PostgresError(
                sqlstate: error.sqlstate, severity: error.severity,
                primary: "\(error.primary); lost during COMMIT, so it may or may not have happened",
                isConnectionLost: true)
        }
    }
}
