import ArgumentParser
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct MigrateCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Apply the migrations that the database does not have yet.",
        discussion: """
            All of them in one transaction, or none. A migration that was applied and whose file has changed since, or \
            a database that is newer than the files, is exit 78 and changes nothing.

            Example:
              rd-db migrate
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let log = common.log("rd-db")
        let runner = try migrations()
        let connection = try database.connect(log)
        log.reportMigrations(try runner.apply(to: connection), of: runner, in: connection)
    }
}

extension Log {
    /// Says what a migration run did.
    func reportMigrations(_ applied: [Migration], of runner: MigrationRunner, in connection: Connection) {
        let newest = runner.files.last?.name ?? "nothing"
        let what = applied.isEmpty ? "up to date" : "\(applied.count) migrations applied"
        write(.info, "schema retail_dw of database \(connection.databaseName): \(what), the newest is \(newest)")
    }
}
