import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDServer
import RDWarehouse

struct TestCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Check that the suite can work with the database.",
        discussion: """
            A line for each check: connection, version, schema, privileges, disk, clock. Where one fails, its line \
            says what to do, and the exit code is that of the first: 69 for the server, 77 for rights, 78 for the \
            schema.

            Examples:
              rd-db test
              rd-db test --json | jq '.checks[] | select(.ok | not)'
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Write one JSON object.")
    var json = false

    func run() throws {
        let results = try results()
        try printLines(json ? [results.json.text] : results.flatMap(\.lines))
        if let failure = results.compactMap(\.failure).first {
            throw ArgumentParser.ExitCode(failure.exitCode.rawValue)
        }
    }

    private func results() throws -> [CheckResult] {
        do {
            let connection = try database.connect(common.log("rd-db"))
            let check = DatabaseCheck(connection)
            let found = "database \(connection.databaseName) at \(connection.host), role \(connection.userName)"
            return try [
                CheckResult("connection", found), check.version(), check.schema(migrations()), check.privileges(),
                check.disk(freeBytes: freeBytes), check.clock(now: Clock.unixMilliseconds),
            ]
        } catch let error as any CodedError where error.exitCode != .usage && error.exitCode != .noInput {
            return [CheckResult("connection", error: error)]
        }
    }
}
