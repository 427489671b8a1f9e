import CPostgres

/// One session with a PostgreSQL server, over libpq; the only owner of its pointer.
///
/// Use it from one thread at a time. Errors are `PostgresError`s, which keep their SQLSTATE; after one with
/// `isConnectionLost` only `close()` makes sense.
public final class Connection {
    private(set) var raw: OpaquePointer?
    private let noticeLog = NoticeLog()
    var copyPhase = CopyPhase.none

    /// Connects and waits until the session is ready.
    /// - Parameters:
    ///   - conninfo: a libpq connection string or URL; empty for libpq's own environment variables and defaults.
    ///   - applicationName: shown in `pg_stat_activity`, unless `conninfo` names another one.
    /// - Throws: a `PostgresError` with exit code 69 where no server answers, 77 where it refuses the user. The
    ///   password is never in its text.
    public init(_ conninfo: String, applicationName: String) throws(PostgresError) {
        do throws(PostgresError) {
            raw = try Self.start(conninfo, applicationName)
            noticeLog.receive(from: raw)
            try awaitReady()
        } catch {
            close()
            throw error.asConnectFailure(hiding: Conninfo.password(in: conninfo))
        }
    }

    deinit { close() }

    /// Ends the session; an open transaction is rolled back by the server. Harmless when done twice.
    public func close() {
        PQfinish(raw)
        raw = nil
    }

    private static func start(_ conninfo: String, _ applicationName: String) throws(PostgresError) -> OpaquePointer? {
        try ClientLibrary.check()
        if let complaint = Conninfo.complaint(about: conninfo) {
            throw PostgresError(sqlstate: nil, primary: complaint)
        }
        // A later keyword wins: the string may name another application, but not another encoding.
        let keywords = ["fallback_application_name", "dbname", "client_encoding"]
        let values = [applicationName, conninfo, "UTF8"]
        let raw = withCStrings(keywords) { keywords in
            withCStrings(values) { values in PQconnectStartParams(keywords, values, 1) }
        }
        // Only the verbose form of a failed start carries the SQLSTATE.
        _ = PQsetErrorVerbosity(raw, PQERRORS_VERBOSE)
        return raw
    }

    private func awaitReady() throws(PostgresError) {
        let timeout = Conninfo.connectTimeout(of: raw)
        var state = PQstatus(raw) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
        while state != PGRES_POLLING_OK {
            guard state != PGRES_POLLING_FAILED else { throw PostgresError(failedStart: raw) }
            try waitForSocket(toRead: state == PGRES_POLLING_READING, milliseconds: timeout)
            state = PQconnectPoll(raw)
        }
        _ = PQsetErrorVerbosity(raw, PQERRORS_DEFAULT)
    }
}

extension Connection {
    /// The descriptor to wait on for the server's answer; -1 when closed. It belongs to the connection.
    public var socketDescriptor: Int32 { raw == nil ? -1 : PQsocket(raw) }

    /// The process id of the server's side of the session.
    public var backendPID: Int32 { PQbackendPID(raw) }

    /// The server's version as one number: 150004 for 15.4.
    public var serverVersion: Int { Int(PQserverVersion(raw)) }

    /// A parameter that the server reports by itself, such as `server_encoding` or `TimeZone`.
    public func parameterStatus(_ name: String) -> String? {
        PQparameterStatus(raw, name).map { String(cString: $0) }
    }

    /// The name of the database that the session is in.
    public var databaseName: String { PQdb(raw).map { String(cString: $0) } ?? "" }

    /// Who the session is.
    public var userName: String { PQuser(raw).map { String(cString: $0) } ?? "" }

    /// Where the server is: a host name or the folder of its unix socket.
    public var host: String { PQhost(raw).map { String(cString: $0) } ?? "" }

    /// The port that it was reached by; of a unix socket, the number in its name.
    public var port: String { PQport(raw).map { String(cString: $0) } ?? "" }

    /// What the server said in notices and warnings since the last call; the first 100 of them.
    public func takeNotices() -> [Notice] { noticeLog.take() }
}
