import ArgumentParser
import RDBytes
import RDFilter
import RDLineage
import RDPostgres
import RDProcess
import RDServer

/// Which database a command reads, and how it answers.
struct LineageOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions

    @Option(
        name: .customLong("database-url"),
        help: .init(
            "The database; RD_DATABASE_URL, libpq's variables or the suite's own otherwise.", valueName: "url"))
    var databaseURL: String?

    @Flag(help: "Answer in JSON, one object a line, as in a pipe.")
    var json = false

    /// A session that can change nothing.
    func connect() throws -> Connection {
        let log = common.log("rd-lineage")
        let database = try Database(option: databaseURL, home: Folders().home, environment: environment) {
            log.write(.info, $0)
        }
        let connection = try database.connect(applicationName: "rd-lineage")
        // In one question: what is asked comes in one or two more, and compiling them would take longer than they do.
        let table = try connection.execute(
            """
            SELECT to_regclass('retail_dw.etl_job_runs'), set_config('default_transaction_read_only', 'on', false),
                   set_config('jit', 'off', false)
            """)
        guard table[0, 0] != nil else {
            throw RDError(
                .configuration, "the database has no warehouse in it yet",
                remedy: "run: rd-db init, then load something")
        }
        return connection
    }

    /// True where programs read what is written.
    var isForPrograms: Bool { json || fileKind(1) != .terminal }

    /// Writes objects to standard output, one a line; for people, `lines` instead.
    func answer(_ objects: [JSONValue], _ lines: @autoclosure () -> [String]) throws {
        try write((isForPrograms ? objects.map(\.text) : lines()).map { $0 + "\n" }.joined())
    }

    /// Writes `text` to standard output. A failure is exit 74.
    func write(_ text: String) throws {
        let sink = FileSink(1, name: "standard output")
        try Array(text.utf8).withUnsafeBytes { try sink.write($0) }
    }
}
