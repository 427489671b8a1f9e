public import ArgumentParser
import RDBytes
import RDFilter
public import RDGenerate
import RDProcess

extension GeneratorOptions.Dates: ExpressibleByArgument {}
extension GeneratorOptions.Encoding: ExpressibleByArgument {}

@main struct Command: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-gen",
        abstract: "Make a sales file with the shape and the faults of a real one.",
        usage: "rd-gen [OPTION]...",
        discussion: """
            The same options make the same bytes on any machine. Rates are shares from 0 to 1.

            Examples:
              rd-gen --rows 100000 > sales.csv
              rd-gen --seed 7 --dates eu --delimiter semicolon | rd-ingest | rd-load
              rd-gen --rows 100000 --bad-row-rate 0.01 --describe | jq .rejects
            """, version: suiteVersion)

    @OptionGroup var common: CommonOptions

    @Option(help: "Rows under the header.") var rows = 541_909
    @Option(help: "Another seed makes another file.") var seed: UInt64 = 1
    @Option(help: "Months that the rows are spread over.") var months = 13
    @Option(help: .init("The first month.", valueName: "yyyy-mm")) var start = "2010-12"
    @Option(help: "latin1, utf8, utf8-bom, utf16le or utf16be.") var encoding: GeneratorOptions.Encoding = .latin1
    @Option(help: "us (month first), eu (day first) or iso.") var dates: GeneratorOptions.Dates = .us
    @Option(help: "comma, semicolon, tab or pipe.") var delimiter = "comma"
    @Option(help: "crlf or lf.") var lineEnd = "crlf"
    @Flag(help: "Write customers as spreadsheets do: 17850.0.") var customerSuffix = false
    @OptionGroup(title: "Faults") var faults: FaultOptions
    @Flag(help: "Print what the file holds as JSON, and not the file.") var describe = false
    @Option(name: .shortAndLong, help: .init("Write to a file.", valueName: "file")) var output: String?

    static func main() { runCommand(Self.self) }

    func validate() throws {
        guard rows >= 0, months > 0 else { throw ValidationError("--rows and --months must be positive") }
        let first = try options().start.civil
        guard first.year >= 1990, months <= 12 * 61, first.year * 12 + first.month - 1 + months <= 2051 * 12 else {
            throw ValidationError("--start and --months must stay within 1990 to 2050, as dates of sales must")
        }
    }

    func run() throws {
        var generator = Generator(try options())
        if describe {
            try generator.run(to: NullSink())
            return try write(Array((generator.truth.json.text + "\n").utf8), to: FileSink(1, name: "standard output"))
        }
        let sink = try output.map { try FileSink(creating: $0) } ?? FileSink(1, name: "standard output")
        try generator.run(to: sink)
        try sink.close()
    }

    private func write(_ bytes: [UInt8], to sink: FileSink) throws {
        try bytes.withUnsafeBytes { try sink.write($0) }
        try sink.close()
    }

    private func options() throws -> GeneratorOptions {
        var options = GeneratorOptions()
        options.rows = rows
        options.seed = seed
        options.months = months
        let parts = start.split(separator: "-").compactMap { Int($0) }
        guard parts.count == 2, let first = Timestamp(year: parts[0], month: parts[1], day: 1) else {
            throw ValidationError("--start \(start) must be a month, as in 2010-12")
        }
        options.start = first
        options.encoding = encoding
        options.dates = dates
        let delimiters: [String: UInt8] = ["comma": 0x2C, "semicolon": 0x3B, "tab": 0x09, "pipe": 0x7C]
        guard let byte = delimiters[delimiter] else {
            throw ValidationError("--delimiter \(delimiter) must be comma, semicolon, tab or pipe")
        }
        options.delimiter = byte
        guard lineEnd == "crlf" || lineEnd == "lf" else { throw ValidationError("--line-end must be crlf or lf") }
        options.hasCR = lineEnd == "crlf"
        options.hasCustomerSuffix = customerSuffix
        try faults.apply(to: &options)
        return options
    }
}

/// Takes everything and keeps nothing.
private final class NullSink: ByteSink {
    func write(_ bytes: UnsafeRawBufferPointer) {}
}
