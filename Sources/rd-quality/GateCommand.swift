public import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
public import RDQuality
import RDRecord

extension Gate: ExpressibleByArgument {
    /// The gates that a stream can pass.
    public static var allValueStrings: [String] { stream.map(\.rawValue) }
}

/// A gate as a filter of its own.
struct GateCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate", abstract: "Pass a record stream on, measured by the rules of a gate.",
        discussion: """
            Writes what it reads, and before the end of the stream a metric line for each rule. A rule that fails ends \
            the stream with an abort line and exit 65; those downstream then load nothing.
            """)

    @Argument(help: "ingestion, cleaning, transformation or loading.") var gate: Gate

    @OptionGroup var stream: StreamOptions

    @Option(help: .init("The rules; pipelines/quality.yaml otherwise.", valueName: "file"))
    var rules: String?

    @Option(help: .init("The columns, their names and patterns; pipelines/schema.yaml otherwise.", valueName: "file"))
    var schema: String?

    @Flag(help: "Read to the end where the gate can no longer pass, so that all of its figures are whole.")
    var failLate = false

    var common: CommonOptions { stream.common }

    func validate() throws {
        guard Gate.stream.contains(gate) else { throw ValidationError("no stream passes the gate \(gate.rawValue)") }
    }

    func run() throws {
        let reader = ConfigurationReader()
        let rules = try QualityRules(reader.read(rules, default: "quality.yaml"))
        guard !rules[gate].isEmpty else {
            throw RDError(
                .configuration, "the rules have none for the gate \(gate.rawValue)",
                remedy: "write some under gates: \(gate.rawValue):, or leave this filter out")
        }
        let stage = QualityStage(
            gate, settings: GateSettings(rules, isLate: failLate),
            schema: try SalesSchema(reader.read(schema, default: "schema.yaml")), memory: 64 << 20,
            makeFile: { try TemporaryFile() })
        try runFilter(stage, name: "rd-quality", options: stream, isExact: false)
    }
}
