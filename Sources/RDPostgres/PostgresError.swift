public import RDBytes

/// What the server, or libpq on its behalf, refused: with the SQLSTATE it gave, and the exit code that follows from it.
public struct PostgresError: CodedError, Equatable {
    /// The five characters of the SQLSTATE; nil when libpq failed before the server could say one.
    public let sqlstate: String?
    /// `ERROR`, `FATAL`, `PANIC`, never translated; nil for libpq's own errors.
    public let severity: String?
    /// The primary message of the server, in one line.
    public let primary: String
    /// The server's detail; may quote values of the row at fault.
    public let detail: String?
    /// The server's own advice.
    public let hint: String?
    /// The constraint that was violated.
    public let constraint: String?
    /// The table that the error is about.
    public let table: String?
    /// True when there is no connection any more: retry on a new one.
    public let isConnectionLost: Bool
    /// True when the connection could never be made.
    public let isConnectFailure: Bool

    /// An error made of the fields of a server's report, or of libpq's text alone.
    public init(
        sqlstate: String?, severity: String? = nil, primary: String, detail: String? = nil, hint: String? = nil,
        constraint: String? = nil, table: String? = nil, isConnectionLost: Bool = false, isConnectFailure: Bool = false
    ) {
        self.sqlstate = sqlstate
        self.severity = severity
        self.primary = primary
        self.detail = detail
        self.hint = hint
        self.constraint = constraint
        self.table = table
        self.isConnectionLost = isConnectionLost || (!isConnectFailure && sqlstate.map(Self.endsConnection) == true)
        self.isConnectFailure = isConnectFailure
    }

    private static func endsConnection(_ sqlstate: String) -> Bool {
        sqlstate.hasPrefix("08") || sqlstate.hasPrefix("57P")
    }

    /// The server's message, its detail and its SQLSTATE, in one line.
    public var message: String {
        var text = isDiskFull ? "the disk of the PostgreSQL server is full: \(primary)" : primary
        if let detail { text += " (\(detail))" }
        if let sqlstate { text += " [SQLSTATE \(sqlstate)]" }
        return text
    }

    private var isDiskFull: Bool { sqlstate == "53100" }
}
