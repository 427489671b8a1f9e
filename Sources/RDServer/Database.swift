public import RDPostgres
import RDProcess

/// The database that a command works with: given by URL, by libpq's environment, or the suite's own.
public struct Database {
    /// Which of them it is.
    public let target: DatabaseTarget
    /// The suite's own server; nil for the others.
    public let server: EmbeddedServer?

    /// Resolves the target.
    /// - Parameters:
    ///   - option: the value of `--database-url`, where there is one.
    ///   - home: the state folder, which holds the suite's own server.
    ///   - environment: the variables of the process.
    ///   - note: told, in one line, what takes a moment.
    /// - Throws: exit 64 for a password on the command line, 73 where the state folder cannot be made.
    public init(
        option: String? = nil, home: String, environment: (String) -> String?,
        note: @escaping (String) -> Void = { _ in }
    ) throws {
        target = try DatabaseTarget.resolve(option: option, environment: environment)
        server = target == .embedded ? try EmbeddedServer(home: home, note: note) : nil
    }

    /// A new session; our own server is made and started where it is missing, unless it is not to be `started`.
    public func connect(applicationName: String, started: Bool = true) throws -> Connection {
        if let server { return try server.connect(applicationName: applicationName, started: started) }
        if case .given(let conninfo) = target { return try Connection(conninfo, applicationName: applicationName) }
        return try Connection("", applicationName: applicationName)
    }

    /// Where the database is, as far as it can be known without connecting: a host, or the folder of a unix socket, a
    /// port and the database's name.
    public var address: (host: String, port: String, database: String) {
        switch target {
        case .given(let conninfo): Conninfo.address(conninfo)
        case .libpq: Conninfo.address("")
        case .embedded: ("", ServerPlace.port, ServerPlace.database)
        }
    }
}
