import Foundation
import RDBytes
import RDClean
import RDConfig
import RDRecord

/// A file of `pipelines/`, compiled, or `changed` in its place.
private func compiled(_ name: String, changed: String? = nil) -> JSONValue {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let text = try? String(contentsOf: folder.appending(path: "pipelines/\(name)"), encoding: .utf8)
    guard case .compiled(let json) = Configuration.compile(changed ?? text ?? "", file: name) else {
        preconditionFailure("pipelines/\(name) does not compile")
    }
    return json
}

private let schemaJSON = compiled("schema.yaml")
private let rulesJSON = compiled("cleaning.yaml")

/// What came of cleaning records.
struct Cleaned {
    var lines: [JSONValue] = []
    var ledger = StageLedger("clean")

    var records: [JSONValue] { lines.filter { $0["@rd"] == nil } }
    var rejects: [String] {
        lines.filter { $0["@rd"]?.string == "reject" }.map { $0["code"]?.string ?? "" }
    }

    func metric(_ dimension: String, _ column: String) -> String? {
        lines.first { $0["dimension"]?.string == dimension && $0["column"]?.string == column }?["value"]?.number
    }
}

/// A record with these members changed.
func record(_ changes: (String, JSONValue)...) -> String {
    var json: JSONValue = [
        "invoice_no": "536365", "stock_code": "85123A", "description": "WHITE HEART", "quantity": 6,
        "invoice_date": "2010-12-01T08:26:00", "unit_price": .number("2.55"), "customer_id": "17850",
        "country": "United Kingdom",
    ]
    for (name, value) in changes { json[name] = value }
    return json.text
}

/// Cleans records with the suite's own rules, or those of the text `rules`.
func clean(
    _ records: [String], rules: String? = nil, _ change: (inout CleanOptions) -> Void = { _ in }
) throws -> Cleaned {
    var options = CleanOptions(makeFile: { MemorySpillFile() })
    change(&options)
    let json = rules.map { compiled("cleaning.yaml", changed: $0) } ?? rulesJSON
    var stage = CleanStage(schema: try SalesSchema(schemaJSON), rules: try CleaningRules(json), options: options)
    var out = ByteBuffer()
    var open = StreamOpen(run: RunID(milliseconds: 0, random: Array(repeating: 1, count: 10)), job: "t", source: [:])
    open.markBare()
    stage.begin(open)
    for record in records {
        var line = ByteBuffer()
        line.append(text: record)
        try stage.record(line.bytes.bytes, into: &out)
    }
    stage.finish(into: &out)
    var result = Cleaned()
    result.lines = try out.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    result.ledger = stage.ledger
    return result
}
