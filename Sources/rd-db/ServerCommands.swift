import ArgumentParser
import RDDatabaseOptions
import RDFilter
import RDProcess
import RDServer

struct UpCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "up", abstract: "Start the private server; make it where there is none.",
        discussion: """
            Needed only to have it running beforehand: every command starts it by itself.

            Example:
              rd-db up && psql "$(rd-db url)"
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let log = common.log("rd-db")
        let server = try database.server(log)
        if server.isRunning { return log.write(.info, "the private server runs already") }
        log.write(.info, "the private server runs: \(try server.start().url)")
    }
}

struct DownCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "down", abstract: "Stop the private server.",
        discussion: """
            Sessions end at once; what they had not committed is rolled back. The data stay.

            Example:
              rd-db down
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let log = common.log("rd-db")
        let wasRunning = try database.server(log).stop()
        log.write(.info, wasRunning ? "the private server is stopped" : "the private server was not running")
    }
}

struct URLCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "url", abstract: "Print where the database is, for other programs.",
        discussion: """
            Starts the private server where that is the database. A password is left out.

            Example:
              psql "$(rd-db url)"
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws { try printLines([try database.database(common.log("rd-db")).url()]) }
}
