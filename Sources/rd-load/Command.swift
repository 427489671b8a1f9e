import ArgumentParser
import RDBytes
import RDCleanOptions
import RDFilter
import RDPostgres
import RDProcess
import RDQualityOptions
import RDRecord
import RDServer
import RDWarehouse

@main struct Command: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-load",
        abstract: "Load a record stream into the warehouse, all of it or nothing.",
        usage: "rd-load [OPTION]...",
        discussion: """
            Reads facts and members, cleaned records or raw records on standard input: what is not yet cleaned or \
            transformed, it cleans and transforms itself. Everything is one transaction, committed once the stream has \
            come to its end and every stage's ledger balances. A source that was loaded before is recognised by its \
            hash and changes nothing.

            Examples:
              rd-ingest OnlineRetail.csv | rd-clean | rd-transform | rd-load
              rd-ingest sales.csv | rd-load --json | jq .money
              rd-ingest sales.csv | rd-load --plan
              grep France records.ndjson | rd-load --expect-rows 8408
            """, version: suiteVersion)

    @OptionGroup var common: CommonOptions
    @OptionGroup var loading: LoadingOptions
    @OptionGroup(title: "Cleaning, for records that are raw") var cleaning: CleaningOptions

    @OptionGroup(title: "Quality") var gate: GateOptions

    @Option(
        help: .init("The database; RD_DATABASE_URL, libpq's variables or the suite's own otherwise.", valueName: "url"))
    var databaseURL: String?

    var changesSomething: Bool { !loading.plan }

    static func main() { runCommand(Self.self) }

    func run() throws {
        let log = common.log("rd-load")
        let database = try Database(
            option: databaseURL, home: Folders().home, environment: environment, note: { log.write(.info, $0) })
        let cleaning = cleaning
        var options = loading.loadOptions
        options.gates = try gate.settings(isLate: loading.plan)
        let gates = options.gates
        let meter = ProgressMeter(
            name: "rd-load", every: loading.chunkSize, total: nil, isQuiet: !log.isVerbose || fileKind(0) == .pipe)
        let events = try loading.plan ? nil : Events(loading.openlineage, database, log)
        var surroundings = Loader.Surroundings(
            connect: {
                let connection = try database.connect(applicationName: "rd-load")
                events?.connected(connection)
                try Warehouse.prepare(connection, share: Folders().share, mayMigrate: database.target == .embedded)
                return connection
            },
            makeClean: { try cleaning.stage(gates: gates) },
            newRun: { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)) },
            job: loading.jobName ?? environment("RD_JOB") ?? "load", inputChannel: channelName(0),
            clock: Clock.monotonicNanoseconds)
        surroundings.dateBounds = { try cleaning.dateBounds() }
        surroundings.progress = { meter.report(rows: $0, bytes: $1) }
        defer { meter.clear() }
        if let events { surroundings.begun = { events.begin($0, $1) } }
        var loader = Loader(
            from: FileSource(0, name: "standard input"), options: options, surroundings: surroundings)
        let summary: LoadSummary
        do {
            summary = try loader.run()
        } catch {
            events?.fail(error, loader.told, surroundings.connect)
            throw error
        }
        events?.complete(summary, loader.told, surroundings.connect)
        meter.clear()
        try report(summary, log)
        if let failure = summary.gateFailure { throw failure }
    }

    private func report(_ summary: LoadSummary, _ log: Log) throws {
        if summary.isPartial { log.write(.warning, "the stream had no end: the version is marked partial") }
        for text in summary.warnings { log.write(.warning, text) }
        let asJSON = loading.json || fileKind(1) != .terminal
        let text = asJSON ? summary.json.text : summary.table.joined(separator: "\n")
        let sink = FileSink(1, name: "standard output")
        try Array((text + "\n").utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
    }
}
