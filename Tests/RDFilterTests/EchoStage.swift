import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDRecord
import RDTesting

/// A stage that passes records on, but for those with `bad` in them, and writes a metric at its end. It warns of those
/// with `worry` in them, and gives up at the end where there was one with `doubt`.
struct EchoStage: RecordStage, ~Copyable {
    static var name: StaticString { "echo" }
    var options: JSONValue { ["loud": true] }
    var mapping: [ColumnMapping] { [] }
    private(set) var ledger = StageLedger("echo")
    private(set) var warnings: [String] = []
    private var doubts = 0

    mutating func begin(_ open: StreamOpen) {}

    mutating func record(_ line: RawSpan, into out: inout ByteBuffer) throws {
        ledger.rowsIn += 1
        let text = line.text
        if text.contains("fatal") { throw RDError(.data, "a fatal record") }
        if text.contains("worry") { warnings.append("a worry") }
        if text.contains("doubt") { doubts += 1 }
        if text.contains("bad") {
            reject(line, size: line.byteCount, into: &out)
        } else {
            ledger.rowsOut += 1
            out.append(line)
            out.append(0x0A)
        }
    }

    mutating func oversized(_ head: RawSpan, size: Int, into out: inout ByteBuffer) {
        ledger.rowsIn += 1
        reject(head, size: size, into: &out)
    }

    private mutating func reject(_ raw: RawSpan, size: Int, into out: inout ByteBuffer) {
        ledger.rejected = [("bad_json", ledger.rejectedTotal + 1)]
        Reject(stage: Self.name, line: ledger.rowsIn, code: .badJSON, detail: "bad").append(
            to: &out, raw: raw, size: size)
    }

    mutating func finish(into out: inout ByteBuffer) {
        Metric(stage: "echo", dimension: "rows", column: nil, value: "\(ledger.rowsIn)", n: ledger.rowsIn)
            .append(to: &out)
    }

    func judge() throws { if doubts > 0 { throw Doubt() } }
}

/// What the stage gives up with.
struct Doubt: AbortingError {
    var exitCode: RDBytes.ExitCode { .data }
    var message: String { "there is doubt" }
    var remedy: String? { nil }
    var abortCode: String { "doubt" }
}

/// What a loop wrote, and the error it ended with.
struct LoopResult {
    var text: String
    var error: RDError?

    var lines: [String] { text.split(separator: "\n").map(String.init) }
    /// The control lines, by kind.
    func control(_ kind: String) -> [JSONValue] {
        lines.filter { $0.hasPrefix("{\"@rd\":\"\(kind)\"") }.compactMap { try? JSONValue(parsing: $0) }
    }
    var records: [String] { lines.filter { !$0.hasPrefix("{\"@rd\"") } }
}

let testRun = RunID(milliseconds: 1_700_000_000_000, random: Array(0..<10))

/// Settings of a quiet filter with a run and a clock that are always the same.
func testSetting(_ arguments: [String] = []) throws -> FilterSetting {
    var setting = FilterSetting(name: "rd-echo", options: try StreamOptions.parse(arguments))
    setting.log = Log(name: "fuzz", isSilent: true)
    setting.inputChannel = nil
    setting.outputChannel = nil
    setting.newRun = { testRun }
    setting.job = "test"
    setting.clock = { 0 }
    return setting
}

/// Runs `input` through the stage.
func runLoop(_ input: String, step: Int = .max, _ setting: FilterSetting) -> LoopResult {
    runLoop(MemorySource(input.utf8, step: step), setting)
}

/// Runs `source` through the stage.
func runLoop(_ source: any ByteSource, _ setting: FilterSetting) -> LoopResult {
    let sink = MemorySink()
    var loop = FilterLoop(EchoStage(), from: source, to: sink, setting)
    do {
        try loop.run()
        return LoopResult(text: sink.text, error: nil)
    } catch {
        return LoopResult(
            text: sink.text,
            error: error as? RDError ?? RDError((error as? any CodedError)?.exitCode ?? .internalError, "\(error)"))
    }
}

/// An `open` line of a stage before, which wrote to `channel`.
func openLine(channel: String? = nil) -> String {
    writtenText { out in
        var open = StreamOpen(run: testRun, job: "test", source: ["uri": "x.csv"])
        var stage = StreamOpen.Stage("ingest", options: [:], mapping: [])
        stage.channel = channel
        open.stages = [stage]
        open.append(to: &out)
    }
}

/// A `close` line of a stage before, which put out `rows` records.
func closeLine(rows: Int) -> String {
    var account = StageLedger("ingest")
    account.rowsIn = rows
    account.rowsOut = rows
    return writtenText { StreamClose(run: testRun, ledger: [account]).append(to: &$0) }
}
