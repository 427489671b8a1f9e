import ArgumentParser
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
        try database.database(log).becomePsql(arguments)
    }
}
