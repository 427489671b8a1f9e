public import ArgumentParser
import RDBytes
public import RDClean
import RDFilter
import RDProcess
public import RDQuality
import RDRecord

extension CleanOptions.Dedupe: ExpressibleByArgument {}

/// The options of cleaning, for `rd-clean` and for `rd-load`, which cleans what is not yet.
public struct CleaningOptions: ParsableArguments {
    /// Which rows repeat an earlier one.
    @Option(help: "Which rows repeat an earlier one: key (same --key), exact (same in every column) or off.")
    public var dedupe: CleanOptions.Dedupe = .key

    /// The columns of the key, with commas between them.
    @Option(help: .init("The columns of the key.", valueName: "column,..."))
    public var key = "invoice_no,stock_code"

    /// Memory for keys, as in `256MiB`.
    @Option(help: .init("Memory for keys; more goes to files in TMPDIR.", valueName: "size"))
    public var memory = "256MiB"

    /// Bounds of outliers from outside.
    @Option(
        help: .init(
            "Bounds of outliers: quantity=1:23.5,unit_price=0:8.5, a file with an earlier run's metric lines, or last.",
            valueName: "bounds"))
    public var bounds: String?

    /// The schema file; the suite's own otherwise.
    @Option(help: .init("The columns, their names and patterns; pipelines/schema.yaml otherwise.", valueName: "file"))
    public var schema: String?

    /// The rules file; the suite's own otherwise.
    @Option(help: .init("What is made of values; pipelines/cleaning.yaml otherwise.", valueName: "file"))
    public var rules: String?

    /// The defaults.
    public init() {}

    /// Refuses what makes no sense.
    public func validate() throws {
        _ = try keySlots()
        _ = try memoryBytes()
        if let bounds, bounds.contains("="), GivenBounds(list: bounds) == nil { _ = try givenBounds() }
    }

    /// The stage that these options ask for, with its gate.
    public func stage(gates: GateSettings = GateSettings()) throws -> CleanStage {
        let reader = ConfigurationReader()
        var options = CleanOptions(makeFile: { try TemporaryFile() })
        options.dedupe = dedupe
        options.key = try keySlots()
        options.memory = try memoryBytes()
        options.bounds = try givenBounds()
        options.gates = gates
        try options.checkGate()
        if bounds == "last" {
            let path = lastBounds
            options.keepMetrics = { text in
                try? makeFolder(Folders().home)
                try? writeAtomically(Array(text.utf8), to: path)
            }
        }
        return CleanStage(
            schema: try SalesSchema(reader.read(schema, default: "schema.yaml")),
            rules: try CleaningRules(reader.read(rules, default: "cleaning.yaml")), options: options)
    }

    /// The least and greatest moment that the schema allows, in seconds since 1970.
    public func dateBounds() throws -> ClosedRange<Int64> {
        let rule = try SalesSchema(ConfigurationReader().read(schema, default: "schema.yaml"))[Field.invoiceDate].rule
        return rule.least...max(rule.least, rule.greatest)
    }

    private func keySlots() throws -> [Int] {
        try key.split(separator: ",").map { name in
            guard let slot = Field.source.firstIndex(of: String(name)) else {
                throw ValidationError("--key \(name) is none of \(Field.source.joined(separator: ", "))")
            }
            return slot
        }
    }

    private func memoryBytes() throws -> Int {
        let units: [(String, Int)] = [
            ("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10), ("G", 1 << 30), ("M", 1 << 20), ("K", 1 << 10),
            ("", 1),
        ]
        for (unit, size) in units where memory.hasSuffix(unit) {
            guard let count = Int(memory.dropLast(unit.count)), count > 0, count < 1 << 32, count * size >= 1 << 20
            else { break }
            return count * size
        }
        throw ValidationError("--memory \(memory) must be a size of at least 1MiB, as in 256MiB")
    }

    /// Where the bounds of the last run are kept.
    public var lastBounds: String { Folders().home + "/bounds.ndjson" }

    private func givenBounds() throws -> GivenBounds {
        guard let bounds else { return GivenBounds() }
        if let list = GivenBounds(list: bounds) { return list }
        guard !bounds.contains("=") else {
            throw ValidationError("--bounds \(bounds) must be COLUMN=LOWER:UPPER,... of quantity and unit_price")
        }
        let path = bounds == "last" ? lastBounds : bounds
        if bounds == "last", (try? FileSource(path: path)) == nil { return GivenBounds() }
        let lines = textLines(try readAll(FileSource(path: path)))
        let given = GivenBounds(metrics: lines.compactMap { try? JSONValue(parsing: $0) })
        guard !given.columns.isEmpty else {
            throw RDError(
                .data, "\(path) has no bounds", remedy: "give the metric lines of an earlier run of rd-clean")
        }
        return given
    }
}
