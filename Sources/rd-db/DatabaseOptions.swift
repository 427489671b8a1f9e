import ArgumentParser
import RDBytes
import RDFilter
import RDPostgres
import RDProcess
import RDServer
import RDWarehouse

/// Which database a command works with.
struct DatabaseOptions: ParsableArguments {
    @Option(
        name: .customLong("database-url"),
        help: .init(
            "The database; without a password, which belongs in RD_DATABASE_URL or ~/.pgpass.", valueName: "url"))
    var databaseURL: String?

    /// The database, found but not yet connected to. What takes a moment is told to `log`.
    func database(_ log: Log) throws -> Database {
        try Database(option: databaseURL, home: Folders().home, environment: environment) { log.write(.info, $0) }
    }

    /// A session in the database.
    func connect(_ log: Log) throws -> Connection { try database(log).connect(applicationName: "rd-db") }

    /// A session in a database that has the schema of this release: our own gets it, another that lacks it is exit 78.
    func connectToWarehouse(_ log: Log) throws -> Connection {
        let database = try database(log)
        let connection = try database.connect(applicationName: "rd-db")
        try Warehouse.prepare(connection, share: Folders().share, mayMigrate: database.target == .embedded)
        return connection
    }

    /// The private server, for commands that are about nothing else.
    func server(_ log: Log) throws -> EmbeddedServer {
        guard let server = try database(log).server else {
            throw RDError(
                .usage, "this is for the private server, and another database is chosen",
                remedy: "leave out --database-url, and unset RD_DATABASE_URL and libpq's variables")
        }
        return server
    }
}

/// The files of `sql/migrations` that came with this executable.
func migrations() throws -> MigrationRunner { try MigrationRunner(share: Folders().share) }

/// Writes lines to standard output. A failure is exit 74.
func printLines(_ lines: [String]) throws {
    let sink = FileSink(1, name: "standard output")
    let text = lines.map { $0 + "\n" }.joined()
    try Array(text.utf8).withUnsafeBytes { try sink.write($0) }
}

extension JSONValue {
    /// The value as JSON in one line.
    var line: String {
        var buffer = ByteBuffer()
        buffer.append(json: self)
        return buffer.text
    }
}
