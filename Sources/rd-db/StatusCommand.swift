import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDWarehouse

struct StatusCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the tables with their rows and bytes, and the newest version.",
        discussion: """
            Examples:
              rd-db status
              rd-db status --json | jq '.tables[] | select(.name == "fact_sales").rows'
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Write one JSON object.")
    var json = false

    func run() throws {
        let connection = try database.connect(common.log("rd-db"))
        let migrations = try migrations().state(of: connection)
        let report = StatusReport(
            database: connection.databaseName, host: connection.host,
            server: connection.parameterStatus("server_version") ?? "", migrations: migrations,
            warehouse: try WarehouseStatus(of: connection))
        try printLines(json ? [report.json.text] : report.lines)
    }
}
