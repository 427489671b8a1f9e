public import RDBytes
public import RDClean
import RDIngest
public import RDRecord
import RDTransform

/// The rules that a row is taken through again: those of today.
public struct RetellingRules: Sendable {
    /// The columns.
    public let schema: SalesSchema
    /// What is made of values.
    public let cleaning: CleaningRules

    /// The rules of `schema` and `cleaning`.
    public init(schema: SalesSchema, cleaning: CleaningRules) {
        self.schema = schema
        self.cleaning = cleaning
    }
}

/// A row of a source taken through the stages of its run again, with the stages' own code, to see what each did to it.
public struct Retelling: Sendable {
    /// What a stage made of a column.
    public struct Step: Equatable, Sendable {
        /// The stage.
        public let stage: String
        /// The column as it is called afterwards.
        public let column: String
        /// The value before; null where there was none.
        public let before: JSONValue
        /// The value after.
        public let after: JSONValue
        /// What was done.
        public let rule: String

        /// The step as one object.
        public var json: JSONValue {
            [
                "stage": .string(stage), "column": .string(column), "before": before, "after": after,
                "rule": .string(rule),
            ]
        }
    }

    /// What changed, in order.
    public private(set) var steps: [Step] = []
    /// The record as `rd-ingest` reads it today; nil where it sets the row aside.
    public private(set) var record: JSONValue?
    /// The fact that comes out today; nil where a stage sets the row aside.
    public private(set) var fact: JSONValue?
    /// The `reject` line of the stage that sets the row aside.
    public private(set) var reject: JSONValue?

    /// Takes the record of `line` through the stages that `lineage` names.
    public init(_ line: SourceLine, _ form: SourceForm, _ lineage: RunLineage, _ rules: RetellingRules) throws {
        let stages = lineage.stages
        guard stages.first?.name == "ingest" else {
            throw RDError(.noInput, "the stream did not begin with rd-ingest, so what its lines held is not known")
        }
        guard var record = try ingest(line, form, stages[0], rules) else { return }
        self.record = record
        for stage in stages.dropFirst() {
            switch stage.name {
            case "clean":
                guard let next = try clean(record, stage, rules) else { return }
                record = next
            case "transform": try transform(record, stage)
            default: continue
            }
        }
    }

    private mutating func ingest(
        _ line: SourceLine, _ form: SourceForm, _ stage: RunLineage.Stage, _ rules: RetellingRules
    ) throws -> JSONValue? {
        let run = RunID(milliseconds: 0, random: [UInt8](repeating: 0, count: 10))
        var settings = IngestSettings(schema: rules.schema, run: run, job: "why", clock: { 0 })
        settings.pins = form.pins
        let sink = MemorySink()
        var ingest = Ingest(settings, to: sink)
        let source = MemorySource(line.header + line.record)
        _ = try ingest.run([InputFile(uri: line.file, source: source)])
        guard var record = take(sink.bytes) else { return nil }
        record["line"] = .integer(line.lineOfSource)
        let cells = form.cells(of: line.record)
        for edge in stage.edges {
            guard let place = form.header.firstIndex(of: edge.from.name), place < cells.count,
                let value = record[edge.to.name], cells[place] != value.plainText
            else { continue }
            add(stage, edge.to.name, .string(cells[place]), value, form.rule(edge.to.name, cells[place], value))
        }
        return record
    }

    private mutating func clean(_ record: JSONValue, _ stage: RunLineage.Stage, _ rules: RetellingRules) throws
        -> JSONValue?
    {
        var options = CleanOptions(makeFile: { throw RDError(.internalError, "one row needs no file") })
        options.dedupe = .off
        options.memory = 1 << 20
        var clean = CleanStage(schema: rules.schema, rules: rules.cleaning, options: options)
        guard let next = take(try run(&clean, record)) else { return nil }
        let imputed = next["imputed"]?.array?.compactMap(\.string) ?? []
        for member in next.members ?? [] where record[member.name] != member.value {
            let told = stage.edges.first { $0.to.name == member.name }?.rule
            let rule = imputed.contains(member.name) ? "imputed: it is missing" : told ?? "added by rd-clean"
            add(stage, member.name, record[member.name] ?? .null, member.value, rule)
        }
        return next
    }

    private mutating func transform(_ record: JSONValue, _ stage: RunLineage.Stage) throws {
        var transform = TransformStage()
        guard let next = take(try run(&transform, record)) else { return }
        fact = next
        for edge in stage.edges where edge.to.dataset == "fact_sales" && edge.rule != "kept" {
            guard let value = next[edge.to.name],
                !steps.contains(where: { $0.stage == stage.name && $0.column == edge.to.name })
            else { continue }
            // A total whose sign stays changes nothing.
            let makers = stage.edges.filter { $0.to == edge.to }
            if makers.contains(where: { $0.from.dataset == $0.to.dataset && next[$0.from.name] == value }) { continue }
            let before = makers.map(\.from.name).compactMap { name in
                (record[name] ?? next[name]).map { JSONValue.Member(name, $0) }
            }
            add(stage, edge.to.name, before.count == 1 ? before[0].value : .object(before), value, edge.rule)
        }
    }

    private mutating func add(
        _ stage: RunLineage.Stage, _ column: String, _ before: JSONValue, _ after: JSONValue, _ rule: String
    ) {
        if before == after { return }
        steps.append(Step(stage: stage.name, column: column, before: before, after: after, rule: rule))
    }

    private func run<Stage: RecordStage & ~Copyable>(_ stage: inout Stage, _ record: JSONValue) throws -> [UInt8] {
        var line = ByteBuffer()
        line.append(json: record)
        var out = ByteBuffer()
        try line.withSpan { try stage.record($0, into: &out) }
        return out.withBytes { Array($0) }
    }

    /// The record or fact among the lines of `output`; nil where there is a reject instead, which is kept.
    private mutating func take(_ output: [UInt8]) -> JSONValue? {
        var record: JSONValue?
        for line in output.split(separator: 0x0A) {
            guard let json = line.withUnsafeBytes({ try? JSONValue(parsing: $0.bytes) }) else { continue }
            switch json["@rd"]?.string {
            case "reject": reject = json
            case nil where json["dim"] == nil: record = json
            default: continue
            }
        }
        return record
    }
}

extension JSONValue {
    /// The text of a string or a number; nil for anything else.
    var plainText: String? { string ?? number }
}
