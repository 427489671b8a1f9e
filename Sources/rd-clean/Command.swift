import ArgumentParser
import RDCleanOptions
import RDFilter
import RDQualityOptions

@main struct Command: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-clean",
        abstract: "Deduplicate, complete and classify sales records.",
        usage: "rd-clean [OPTION]...",
        discussion: """
            Reads a record stream on standard input and writes it cleaned. Rows that repeat an earlier one and rows \
            that cannot be taken become reject lines; outliers are flagged and never dropped; quantities and prices \
            become positive once the transaction type is told, so that money can still be signed.

            Examples:
              rd-ingest OnlineRetail.csv | rd-clean | rd-transform | rd-load
              rd-ingest sales.csv | rd-clean --dedupe exact --memory 64MiB | rd-load
              rd-ingest sales.csv | rd-clean --bounds quantity=1:100 | grep outlier
            """, version: suiteVersion)

    @OptionGroup var stream: StreamOptions
    @OptionGroup var cleaning: CleaningOptions
    @OptionGroup(title: "Quality") var gate: GateOptions

    var common: CommonOptions { stream.common }

    static func main() { runCommand(Self.self) }

    func run() throws {
        try runFilter(try cleaning.stage(gates: gate.settings()), name: "rd-clean", options: stream)
    }
}
