import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct InitCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make the schema retail_dw, or bring it up to date.",
        discussion: """
            With --drop-existing the schema and all it holds is dropped first, in the same transaction. That asks for \
            the database's name; a script gives it with --yes.

            Examples:
              rd-db init
              rd-db init --drop-existing --yes retail
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "First drop the schema retail_dw and everything in it.")
    var dropExisting = false

    @Option(help: .init("The database's name, to agree to --drop-existing without being asked.", valueName: "name"))
    var yes: String?

    func validate() throws {
        if yes != nil && !dropExisting { throw ValidationError("--yes goes with --drop-existing only") }
    }

    func run() throws {
        let log = common.log("rd-db")
        let runner = try migrations()
        let connection = try database.connect(log)
        if dropExisting { try agree(connection.databaseName) }
        let applied = try runner.apply(to: connection, droppingSchema: dropExisting)
        log.reportMigrations(applied, of: runner, in: connection)
    }

    /// Makes sure that whoever asks knows which database it is.
    private func agree(_ name: String) throws {
        if yes == nil && fileKind(0) != .terminal {
            throw RDError(.usage, "--drop-existing needs a yes", remedy: "add --yes NAME with the database's name")
        }
        if yes == nil { writeError("This drops schema retail_dw of database \(name). Type its name to go on: ") }
        guard (yes ?? readLine()) == name else {
            throw RDError(.usage, "that is not the name of this database: nothing was changed")
        }
    }
}
