public import ArgumentParser
import RDBytes
import RDFilter
public import RDPostgres
public import RDProcess
public import RDServer
import RDWarehouse

/// Which database a command works with.
public struct DatabaseOptions: ParsableArguments {
    /// The database by URL or connection string.
    @Option(
        name: .customLong("database-url"),
        help: .init(
            "The database; without a password, which belongs in RD_DATABASE_URL or ~/.pgpass.", valueName: "url"))
    public var databaseURL: String?

    /// The defaults.
    public init() {}

    /// The database, found but not yet connected to. What takes a moment is told to `log`.
    public func database(_ log: Log) throws -> Database {
        try Database(option: databaseURL, home: Folders().home, environment: environment) { log.write(.info, $0) }
    }

    /// A session in the database, under the name of the executable.
    public func connect(_ log: Log) throws -> Connection {
        try database(log).connect(applicationName: log.executable)
    }

    /// A session in a database that has the schema of this release: our own gets it, another that lacks it is exit 78.
    /// Our own server that does not run is started, or exit 69 where it is not to be `started`.
    public func connectToWarehouse(_ log: Log, started: Bool = true) throws -> Connection {
        let database = try database(log)
        let connection = try database.connect(applicationName: log.executable, started: started)
        try Warehouse.prepare(connection, share: Folders().share, mayMigrate: database.target == .embedded)
        return connection
    }

    /// The private server, for commands that are about nothing else.
    public func server(_ log: Log) throws -> EmbeddedServer {
        guard let server = try database(log).server else {
            throw RDError(
                .usage, "this is for the private server, and another database is chosen",
                remedy: "leave out --database-url, and unset RD_DATABASE_URL and libpq's variables")
        }
        return server
    }
}
