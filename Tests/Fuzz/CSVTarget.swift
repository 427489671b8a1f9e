import RDBytes
import RDIngest
import RDRecord

/// Any bytes at all read as a file: every row is a record or a reject, records are JSON, and the size of the pieces that
/// they come in makes no difference.
struct CSVTarget {
    let schema: SalesSchema

    func run(_ bytes: [UInt8], _ random: inout Mutator) throws {
        let whole = ingest(bytes, step: .max)
        let pieces = ingest(bytes, step: 1 + random.below(40))
        for line in whole.lines {
            do { _ = try JSONValue(parsing: line) } catch { throw Finding("a line is not JSON: \(line)") }
        }
        try require(whole.lines == pieces.lines, "the size of the pieces makes a difference")
        try require(whole.error == pieces.error, "the size of the pieces makes a difference to the error")
        guard whole.error == nil else { return }
        let records = whole.lines.count { !$0.hasPrefix("{\"@rd\"") }
        let rejects = whole.lines.count { $0.hasPrefix("{\"@rd\":\"reject\"") }
        guard let account = whole.account else { throw Finding("no account and no error") }
        try require(account.isBalanced, "the account does not balance")
        try require(account.rowsOut == records, "\(records) records, the account has \(account.rowsOut)")
        try require(account.rejectedTotal == rejects, "\(rejects) rejects, the account has \(account.rejectedTotal)")
    }

    private func ingest(_ bytes: [UInt8], step: Int) -> (lines: [String], account: StageLedger?, error: RDError?) {
        let run = RunID(milliseconds: 0, random: Array(repeating: 0, count: 10))
        var settings = IngestSettings(schema: schema, run: run, job: "fuzz", clock: { 0 })
        settings.pins.dates = .us
        let sink = MemorySink()
        var ingest = Ingest(settings, to: sink)
        var account: StageLedger?
        var failure: RDError?
        do {
            account = try ingest.run([InputFile(uri: "-", source: MemorySource(bytes, step: step))])
        } catch { failure = error as? RDError }
        return (sink.text.split(separator: "\n").map(String.init), account, failure)
    }
}
