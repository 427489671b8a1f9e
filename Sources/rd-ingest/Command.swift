import ArgumentParser
import RDBytes
import RDFilter
import RDIngest
import RDProcess
import RDQualityOptions
import RDRecord

@main struct Command: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-ingest",
        abstract: "Read delimited sales files into a record stream.",
        usage: "rd-ingest [OPTION]... [FILE|-]...",
        discussion: """
            Delimiter, quoting, encoding and the order of dates are found out from the file, kept checked to its end, \
            and told in the stream's open line with the evidence and the flag that pins each. Rows that cannot be \
            taken become reject lines. Files may be compressed with gzip, zstd or xz.

            Examples:
              rd-ingest OnlineRetail.csv | rd-clean | rd-transform | rd-load
              rd-ingest --dates eu --max-errors 1% jan.csv.gz feb.csv.gz | rd-load
              xz -dc sales.csv.xz | rd-ingest - | jq -c 'select(.country == "France")'
            """, version: suiteVersion)

    @OptionGroup var stream: StreamOptions
    @OptionGroup var form: FormOptions
    @OptionGroup var errors: ErrorOptions
    @OptionGroup(title: "Quality") var gate: GateOptions

    @Option(help: "The name of the job, for the warehouse's account of runs.")
    var jobName: String?

    @Option(help: .init("The columns, their names and patterns; pipelines/schema.yaml otherwise.", valueName: "file"))
    var schema: String?

    @Argument(help: .init("Files to read; - or none is standard input.", valueName: "file"))
    var files: [String] = []

    var common: CommonOptions { stream.common }

    static func main() { runCommand(Self.self) }

    func run() throws {
        let run = environment("RD_RUN_ID").flatMap { RunID($0) }
        var settings = IngestSettings(
            schema: try SalesSchema(ConfigurationReader().read(schema, default: "schema.yaml")),
            run: run ?? RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)),
            job: jobName ?? environment("RD_JOB") ?? "ingest", clock: Clock.monotonicNanoseconds)
        ProcessRun.set(settings.run.text)
        settings.pins = try form.pins()
        settings.sniffBytes = form.sniffBytes
        settings.limit = errors.limit
        settings.gates = try gate.settings()
        settings.isBare = stream.bare
        settings.isStrict = stream.strict
        settings.channel = channelName(1)
        settings.chunkSize = stream.chunkSize
        let inputs = try openInputs(files.isEmpty ? ["-"] : files)
        let log = common.log("rd-ingest")
        let meter = ProgressMeter(
            name: "rd-ingest", every: stream.chunkSize, total: totalSize(inputs), isQuiet: !log.isVerbose)
        settings.chunk = { meter.report(rows: $0, bytes: $1) }
        widenPipe(1)
        let sink = FileSink(1, name: "standard output")
        var ingest = Ingest(settings, to: sink)
        defer { meter.clear() }
        let account = try ingest.run(inputs)
        try sink.close()
        meter.clear()
        for text in ingest.warnings { log.write(.warning, text) }
        if account.rejectedTotal > 0 { log.write(.warning, "rejected \(describe(account.rejected))") }
        log.summarise(account)
    }
}
