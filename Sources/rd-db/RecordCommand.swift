import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct RecordCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "record", abstract: "Write runs of the scheduler into the history of runs (etl_job_runs).",
        discussion: """
            Reads runs as the scheduler keeps them in its spool, one a line; rd-sched mirror calls it. A run that is there \
            already is not written twice. All of them are written, or none. A private server that does not run is not \
            started, since somebody may have stopped it: that is exit 69.

            Examples:
              cat "$RD_HOME"/sched/*/spool/*.json | rd-db record
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    func run() throws {
        let text = String(decoding: try readAll(FileSource(0, name: "standard input")), as: UTF8.self)
        let runs = try text.split(separator: "\n").enumerated().map { number, line in
            do {
                return try ChainRecord(JSONValue(parsing: String(line)))
            } catch let error as JSONError {
                throw RDError(.data, "line \(number + 1) is no JSON: byte \(error.offset) should be \(error.expected)")
            }
        }
        let connection = try database.connectToWarehouse(common.log("rd-db"), started: false)
        try connection.transaction { for run in runs { try run.save(connection) } }
        common.log("rd-db").write(.info, "\(runs.count) runs are in the history")
    }
}
