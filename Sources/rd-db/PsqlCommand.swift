import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDProcess
import RDServer

struct PsqlCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "psql", abstract: "Run psql in the database.",
        discussion: """
            Everything after --database-url goes to psql as it is.

            Examples:
              rd-db psql
              rd-db psql -c 'SELECT * FROM retail_dw.sales_by_month'
              rd-db psql -f query.sql
            """)

    @OptionGroup var database: DatabaseOptions

    @Argument(parsing: .captureForPassthrough, help: "psql's own options and arguments.")
    var arguments: [String] = []

    func run() throws {
        let log = Log(name: "rd-db")
        let server = try database.database(log)
        record(log)
        try server.becomePsql(arguments)
    }

    /// Whatever psql is asked for may change something, so the account of changes has that it was used. There is no second
    /// line, as this process becomes psql.
    private func record(_ log: Log) {
        do {
            try AuditLog(home: Folders().home).record(.begin, "rd-db", ["psql"] + arguments)
        } catch {
            log.write(.warning, "the audit log lacks this command: \(error.description)")
        }
    }
}
