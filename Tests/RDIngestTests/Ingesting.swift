import Foundation
import RDBytes
import RDConfig
import RDIngest
import RDRecord

/// The schema that the suite brings.
let ourSchema = schema { $0 }

/// The same without bounds of dates.
let unboundedSchema = schema {
    $0.replacing("min: 1990-01-01T00:00:00", with: "").replacing("max: 2050-12-31T23:59:59", with: "")
}

/// The schema that the suite brings, its file changed.
func schema(_ change: (String) -> String) -> SalesSchema {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let text = try? String(contentsOf: folder.appending(path: "pipelines/schema.yaml"), encoding: .utf8)
    guard case .compiled(let json) = Configuration.compile(change(text ?? ""), file: "schema.yaml"),
        let schema = try? SalesSchema(json)
    else { preconditionFailure("pipelines/schema.yaml does not compile") }
    return schema
}

/// What came of reading a text.
struct Ingested {
    var lines: [String] = []
    var error: RDError?

    /// The control lines of a kind.
    func control(_ kind: String) -> [JSONValue] {
        lines.compactMap { try? JSONValue(parsing: $0) }.filter { $0["@rd"]?.string == kind }
    }

    var records: [JSONValue] {
        lines.filter { !$0.hasPrefix("{\"@rd\"") }.compactMap { try? JSONValue(parsing: $0) }
    }
    var open: JSONValue? { control("open").first }
    var ledger: JSONValue? { control("close").first?["ledger"]?.array?.first }
    /// Line and code of each reject.
    var rejects: [String] {
        control("reject").map { "\($0["line"]?.integer ?? -1) \($0["code"]?.string ?? "")" }
    }
}

/// Reads `texts` as files that can be read once, or twice where `isFile`, in pieces of `step` bytes.
func ingest(
    _ texts: [[UInt8]], step: Int = .max, isFile: Bool = false, _ change: (inout IngestSettings) -> Void = { _ in }
) -> Ingested {
    var settings = IngestSettings(
        schema: ourSchema, run: RunID(milliseconds: 0, random: Array(repeating: 7, count: 10)), job: "test",
        clock: { 0 })
    change(&settings)
    let sink = MemorySink()
    var result = Ingested()
    do {
        let inputs = try texts.enumerated().map { index, bytes in
            var input = InputFile(
                uri: "file\(index).csv", source: MemorySource(bytes, step: step),
                reopen: isFile ? { MemorySource(bytes, step: step) } : nil)
            try input.survey()
            return input
        }
        var ingest = Ingest(settings, to: sink)
        _ = try ingest.run(inputs)
    } catch {
        result.error = error as? RDError
    }
    result.lines = sink.text.split(separator: "\n").map(String.init)
    return result
}

func ingest(
    _ text: String, step: Int = .max, isFile: Bool = false, _ change: (inout IngestSettings) -> Void = { _ in }
) -> Ingested { ingest([Array(text.utf8)], step: step, isFile: isFile, change) }

let header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
let row = "536365,85123A,WHITE HEART,6,12/13/2010 8:26,2.55,17850,United Kingdom\n"
