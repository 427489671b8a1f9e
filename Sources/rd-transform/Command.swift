import ArgumentParser
import RDFilter
import RDQualityOptions
import RDTransform

@main struct Command: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-transform",
        abstract: "Turn cleaned sales records into facts and dimension members.",
        usage: "rd-transform [OPTION]...",
        discussion: """
            Reads cleaned records on standard input. Writes one fact a record, with the exact line_total, the signed \
            net_amount and the date_key, and the members of the customer, product and country dimensions as they \
            appear or change.

            Examples:
              rd-ingest OnlineRetail.csv | rd-clean | rd-transform | rd-load
              rd-ingest sales.csv | rd-clean | rd-transform --bare | grep '"dim"'
            """, version: suiteVersion)

    @OptionGroup var stream: StreamOptions
    @OptionGroup(title: "Quality") var gate: GateOptions

    var common: CommonOptions { stream.common }

    static func main() { runCommand(Self.self) }

    func run() throws {
        try runFilter(TransformStage(gates: try gate.settings()), name: "rd-transform", options: stream)
    }
}
