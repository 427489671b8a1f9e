import RDBytes
import RDIngest
import RDLineage
import RDQuality
import RDRecord
import RDWarehouse

/// The record stream of rows that one stage of one run set aside, from that stage on: `rd-load` does what is left.
struct RetryStream {
    private(set) var rejects: [StoredReject]
    /// The `open` line of their run.
    let open: JSONValue
    let run: RunID

    /// Codes of rows that no rule can make good, or that cannot be judged without the others of their file.
    private static let hopeless: Set = [
        "duplicate", "unclosed_quote", "stray_quote", "line_too_long", "nul_byte", "bad_encoding", "bad_json",
    ]
    private static let stages = ["ingest", "clean", "transform", "load"]

    /// True where the row's text is whole and can be read anew.
    static func canRetry(_ reject: StoredReject) -> Bool {
        guard let raw = reject.raw, !raw.isEmpty, reject.rawBytes == nil, stages.contains(reject.stage) else {
            return false
        }
        return !hopeless.contains(reject.code) && (reject.stage != "ingest" || reject.line != nil)
    }

    let stage: String

    init(rejects: [StoredReject], open: JSONValue, run: RunID) {
        self.rejects = rejects
        self.open = open
        self.run = run
        stage = rejects[0].stage
    }

    private var job: String { open["job"]?.string ?? "retry" }

    private var source: JSONValue {
        var source = open["source"] ?? .object([])
        source["retry"] = Retry(run: rejects[0].run, stage: stage, rejects: rejects.map(\.id)).json
        return source
    }

    /// The stream's lines. Rows that `rd-ingest` set aside are read by its own code, by `schema` and the gate of today;
    /// those of which it still says the same are left out, and stay open. Nil where no row is left.
    mutating func bytes(schema: SalesSchema, gates: GateSettings, clock: @escaping () -> Int64) throws -> [UInt8]? {
        guard stage == "ingest" else { return records() }
        let told = try said(by: try ingest(schema, GateSettings(), clock))
        rejects = rejects.filter { told[$0.line ?? 0] != "\($0.code) \($0.field ?? "") \($0.detail ?? "")" }
        return rejects.isEmpty ? nil : try ingest(schema, gates, clock)
    }

    /// What the reject lines of a stream say, by line of the source.
    private func said(by stream: [UInt8]) throws -> [Int: String] {
        var told: [Int: String] = [:]
        for bytes in stream.split(separator: 0x0A) where bytes.starts(with: Array(#"{"@rd":"reject""#.utf8)) {
            let line = try bytes.withUnsafeBytes { try JSONValue(parsing: $0.bytes) }
            let words = ["code", "field", "detail"].map { line[$0]?.string ?? "" }
            told[line["line"]?.integer ?? 0] = words.joined(separator: " ")
        }
        return told
    }

    private func ingest(_ schema: SalesSchema, _ gates: GateSettings, _ clock: @escaping () -> Int64) throws -> [UInt8]
    {
        let form = SourceForm(open["source"] ?? .null, sha256: nil, bytes: nil)
        var settings = IngestSettings(schema: schema, run: run, job: job, clock: clock)
        settings.pins = form.pins
        // What was kept of the rows is UTF-8, whatever the source was.
        settings.pins.encoding = .utf8
        settings.gates = gates
        settings.origin = RowOrigin(source: source, rows: rejects.map { ($0.line ?? 0, $0.offset) })
        var input = InputFile(uri: open["source"]?["uri"]?.string ?? "-", source: MemorySource(text(form)))
        input.sha256 = form.sha256 ?? ""
        let sink = MemorySink()
        var ingest = Ingest(settings, to: sink)
        do {
            _ = try ingest.run([input])
        } catch is GateFailure {
            // The stream says so in its abort line, and rd-load puts it into the history.
        }
        return sink.bytes
    }

    /// The header and the rows as a file of the same form.
    private func text(_ form: SourceForm) -> [UInt8] {
        let end = [form.dialect.recordEnd]
        let names = form.header.map { name -> [UInt8] in
            guard let quote = form.dialect.quote else { return Array(name.utf8) }
            let one = String(decoding: [quote], as: UTF8.self)
            return Array((one + name.replacing(one, with: one + one) + one).utf8)
        }
        var text = Array(names.joined(separator: [form.dialect.delimiter])) + end
        for reject in rejects { text += Array((reject.raw ?? "").utf8) + end }
        return text
    }

    private func records() -> [UInt8] {
        var out = ByteBuffer(capacity: 1 << 16)
        var line = StreamOpen(run: run, job: job, source: source)
        line.stages = (open["stages"]?.array ?? []).prefix { $0["stage"]?.string != stage }.map { entry in
            let mapping = (entry["mapping"]?.array ?? []).map {
                ColumnMapping($0["from"]?.string ?? "", $0["to"]?.string ?? "", $0["rule"]?.string ?? "")
            }
            return StreamOpen.Stage(
                entry["stage"]?.string ?? "", options: entry["options"] ?? .object([]), mapping: mapping)
        }
        line.append(to: &out)
        for reject in rejects {
            out.append(text: reject.raw ?? "")
            out.append(0x0A)
        }
        StreamClose(run: run, ledger: []).append(to: &out)
        return out.withBytes { Array($0) }
    }

    /// The options of `rd-load` that make it clean as the run did.
    var cleaningArguments: [String] {
        let stage = open["stages"]?.array?.first { $0["stage"]?.string == "clean" }
        var arguments: [String] = []
        if let dedupe = stage?["options"]?["dedupe"]?.string { arguments += ["--dedupe", dedupe] }
        let key = stage?["options"]?["key"]?.array?.compactMap(\.string) ?? []
        if !key.isEmpty { arguments += ["--key", key.joined(separator: ",")] }
        return arguments
    }
}
