import RDBytes
import RDIngest
import RDRecord
import RDTesting

/// `rd-ingest` over any bytes: whatever comes, every row is accounted for.
struct CSVTarget: FuzzTarget {
    private let schema: SalesSchema

    init(schema: JSONValue) throws { self.schema = try SalesSchema(schema) }

    var words: [String] {
        [
            ",", ";", "\t", "|", "\"", "\"\"", "\"\r\n\"", "\n", "\r\n", "\r", "\0", "\u{FEFF}", "\u{85}", "é", "𝄞",
            "InvoiceNo", "Quantity", "UnitPrice", "CustomerID", "12/13/2010 8:26", "13/12/2010 8:26", "2010-12-01",
            "-6", "2,55", "17850.0", "C536379", "'", " ", "N/A", "\\", "1.5", "02/29/2011 0:00", "9/9/2011 24:00",
        ]
    }

    func check(_ input: [UInt8]) throws -> String {
        var random = SeededRandom(withSpan(input) { $0.keyHash })
        var settings = IngestSettings(
            schema: schema, run: RunID(milliseconds: 0, random: Array(0..<10)), job: "fuzz", clock: { 0 })
        settings.pins = pins(&random)
        settings.sniffBytes = random.pick([64, 1000, 1 << 20])
        // A record that comes in n pieces is looked at n times: keep that few for an input with a long line.
        let step = max(1 + random.below(random.oneIn(2) ? 30 : 100_000), input.count / 2000)
        let first = Self.run(settings, input, step: step)
        let stream = try StreamCheck(first.bytes)
        if let error = first.error {
            try rule(error.exitCode == .data, "exit code \(error.exitCode): \(error.message)")
            try rule(stream.isEmpty || stream.isAborted, "a failure without an abort line: \(error.message)")
            return "failed " + error.message.filter { $0.isLetter }.prefix(40)
        }
        try stream.checkWhole(stage: "ingest", rejectsBefore: 0)
        try checkPlaces(stream, input)
        let again = Self.run(settings, input, step: .max)
        try rule(
            Self.body(again.bytes) == Self.body(first.bytes), "another output where the bytes come in other pieces")
        return stream.outcome
    }

    private func pins(_ random: inout SeededRandom) -> IngestPins {
        var pins = IngestPins()
        if random.oneIn(2) { pins.dates = random.pick([.us, .eu]) }
        if random.oneIn(4) { pins.encoding = random.pick(TextEncoding.allCases) }
        if random.oneIn(4) { pins.delimiter = random.pick(Array(",;\t|".utf8)) }
        if random.oneIn(8) { pins.quote = random.pick([.some(nil), .some(0x27)]) }
        if random.oneIn(4) { pins.decimalMark = random.pick(Array(".,".utf8)) }
        return pins
    }

    private static func run(_ settings: IngestSettings, _ input: [UInt8], step: Int) -> (
        bytes: [UInt8], error: RDError?
    ) {
        let sink = MemorySink()
        do {
            var ingest = Ingest(settings, to: sink)
            _ = try ingest.run([InputFile(uri: "fuzz.csv", source: MemorySource(input, step: step))])
            return (sink.bytes, nil)
        } catch {
            return (sink.bytes, error as? RDError ?? RDError(.internalError, "\(error)"))
        }
    }

    /// The stream without its first line, whose evidence may name what was seen by then.
    private static func body(_ bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes.firstIndex(of: 0x0A).map { bytes[$0...] } ?? bytes[...]
    }

    /// Rejects come in the order of the source, and lie inside it.
    private func checkPlaces(_ stream: StreamCheck, _ input: [UInt8]) throws {
        var line = 0
        var offset = -1
        for reject in stream.rejects {
            guard let at = reject["offset"]?.integer, let number = reject["line"]?.integer else {
                throw BrokenRule("a reject without a place: \(reject.text)")
            }
            try rule(at > offset && number >= line, "rejects out of order: \(reject.text)")
            try rule(at < input.count, "a reject past the end: \(reject.text)")
            (line, offset) = (number, at)
        }
    }
}
