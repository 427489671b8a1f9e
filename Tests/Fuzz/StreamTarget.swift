import ArgumentParser
import RDBytes
import RDClean
import RDFilter
import RDProcess
import RDRecord
import RDTesting

/// `rd-clean` over any bytes: a stream is closed only where it was whole, and every record is accounted for.
struct StreamTarget: FuzzTarget {
    private let schema: SalesSchema
    private let rules: CleaningRules
    private let setting: FilterSetting

    init(schema: JSONValue, rules: JSONValue) throws {
        self.schema = try SalesSchema(schema)
        self.rules = try CleaningRules(rules)
        var setting = FilterSetting(name: "rd-fuzz", options: try StreamOptions.parse([]))
        setting.log = Log(name: "fuzz", isSilent: true)
        setting.inputChannel = nil
        setting.outputChannel = nil
        setting.newRun = { RunID(milliseconds: 0, random: Array(0..<10)) }
        setting.clock = { 0 }
        self.setting = setting
    }

    var words: [String] {
        Field.names.map { "\"\($0)\":" } + [
            "null", "\"\"", "\"GUEST\"", "-1", "0", "\"C536379\"", "\"A563185\"", "\"POST\"", "\"85123A\"", "\\u0041",
            "\\u0000", "\\\"", "\\/", "\n", "\r\n", ",", "}", "{", "[", "]", "\"2010-12-01T08:26:00\"", "1e3", "\"-6\"",
            "{\"@rd\":\"close\"}\n", "{\"@rd\":\"abort\"}\n", "{ \"@rd\": \"metric\"}\n", "{\"@rd\":\"later\"}\n",
            "\"sign\":-1,", "\"line_no\":2,", "\"transaction_type\":\"return\",", "\"extra\":{\"a\":[1]},", "é", "  ",
            "922337203685477.5807", "-922337203685477.5808", "999999999999999999",
        ]
    }

    func check(_ input: [UInt8]) throws -> String {
        var random = SeededRandom(withSpan(input) { $0.keyHash })
        let options = cleanOptions(&random)
        let first = run(input, options, step: 1 + random.below(random.oneIn(2) ? 30 : 100_000))
        let again = run(input, options, step: .max)
        try rule(again.bytes == first.bytes, "another output where the bytes come in other pieces")
        let stream = try StreamCheck(first.bytes)
        if let error = first.error {
            try rule(
                error.exitCode == .data || error.exitCode == .streamBroken,
                "exit code \(error.exitCode): \(error.message)")
            try rule(stream.isEmpty || stream.isAborted, "a failure without an abort line: \(error.message)")
            return "failed " + error.message.filter { $0.isLetter }.prefix(40)
        }
        guard !stream.isEmpty else { return "empty" }
        try stream.state.finish()
        try stream.checkWhole(stage: "clean", rejectsBefore: Self.rejects(in: input))
        return stream.outcome
    }

    private func cleanOptions(_ random: inout SeededRandom) -> CleanOptions {
        var options = CleanOptions { MemorySpillFile() }
        options.dedupe = random.pick([.key, .key, .exact, .off])
        options.memory = random.pick([1 << 10, 256 << 20])
        if random.oneIn(4) { options.key = [Field.invoiceNo, Field.description, Field.invoiceDate] }
        return options
    }

    private func run(_ input: [UInt8], _ options: CleanOptions, step: Int) -> (bytes: [UInt8], error: RDError?) {
        let sink = MemorySink()
        let stage = CleanStage(schema: schema, rules: rules, options: options)
        var loop = FilterLoop(stage, from: MemorySource(input, step: step), to: sink, setting)
        do {
            try loop.run()
            return (sink.bytes, nil)
        } catch {
            return (sink.bytes, error as? RDError ?? RDError(.internalError, "\(error)"))
        }
    }

    /// Reject lines that the input itself has.
    private static func rejects(in input: [UInt8]) -> Int {
        input.split(separator: 0x0A).count { line in
            line.count <= 1 << 20
                && line.withUnsafeBytes { $0.bytes.isControl && (try? ControlLine($0.bytes))?.kind == .reject }
        }
    }
}
