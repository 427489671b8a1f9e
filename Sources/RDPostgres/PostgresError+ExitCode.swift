public import RDBytes

extension PostgresError {
    /// The exit code that the SQLSTATE deserves: is it the data, the rights, the server, or worth another try?
    public var exitCode: ExitCode {
        if isConnectFailure { return connectExitCode }
        if isConnectionLost { return .temporary }
        guard let sqlstate else { return .internalError }
        if let code = Self.byState[sqlstate] { return code }
        return Self.byClass[String(sqlstate.prefix(2))] ?? .internalError
    }

    /// A server that does not answer is unavailable, whatever it said, unless it was about who asks.
    private var connectExitCode: ExitCode {
        guard let sqlstate else { return .unavailable }
        return Self.byState[sqlstate] == .permission || sqlstate.hasPrefix("28") ? .permission : .unavailable
    }

    private static let byState: [String: ExitCode] = [
        "42501": .permission,
        "3D000": .unavailable,
        "25006": .unavailable,  // read-only: a standby
        "55P03": .temporary,  // lock not available
        "57014": .temporary,  // cancelled, or past statement_timeout
    ]

    private static let byClass: [String: ExitCode] = [
        "08": .temporary, "40": .temporary, "53": .unavailable, "58": .unavailable,
        "22": .data, "23": .data, "28": .permission,
    ]

    /// What to do: the server's own hint where it gives one.
    public var remedy: String? {
        if sqlstate == "53200", let hint, hint.contains("max_locks_per_transaction") {
            return "raise max_locks_per_transaction in the server's postgresql.conf (1024 is enough for a century of "
                + "months) and restart it: nothing was changed"
        }
        if let hint { return hint }
        switch sqlstate {
        case "53100": return "free space where the server keeps its data and run again: nothing was committed"
        case "53300": return "close other connections or raise max_connections"
        case "3D000": return "create the database (createdb), or name another one"
        case "25006": return "connect to the primary server"
        case "42501": return "grant the role what it lacks, or connect as another role"
        case let state? where state.hasPrefix("28"):
            return "check the user, the password (.pgpass, PGPASSWORD) and pg_hba.conf"
        default: break
        }
        if isConnectFailure { return "check that the server runs and that RD_DATABASE_URL or PGHOST, PGPORT are right" }
        return exitCode == .temporary ? "run again" : nil
    }
}
