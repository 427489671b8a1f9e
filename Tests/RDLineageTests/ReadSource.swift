import Foundation
import RDBytes
import RDClean
import RDConfig
import RDIngest
import RDLineage
import RDProcess
import RDRecord
import RDTesting

/// The rules that the suite brings.
let ourRules: RetellingRules = {
    guard let schema = try? SalesSchema(compiled("schema.yaml")),
        let cleaning = try? CleaningRules(compiled("cleaning.yaml"))
    else { preconditionFailure("the rules of pipelines/ cannot be read") }
    return RetellingRules(schema: schema, cleaning: cleaning)
}()

private func compiled(_ name: String) -> JSONValue {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    let text = try? String(contentsOf: folder.appending(path: "pipelines/\(name)"), encoding: .utf8)
    guard case .compiled(let json) = Configuration.compile(text ?? "", file: name) else {
        preconditionFailure("pipelines/\(name) does not compile")
    }
    return json
}

/// Files that were read by `rd-ingest`'s own code, with what came of it.
struct ReadSource {
    let folder: TemporaryFolder
    let paths: [String]
    let open: JSONValue
    let form: SourceForm
    /// The records, without control lines.
    let records: [JSONValue]

    /// Writes `texts` to files and reads them one after the other.
    init(_ texts: [[UInt8]]) throws {
        let folder = try TemporaryFolder()
        self.folder = folder
        paths = try texts.enumerated().map { index, text in
            let path = folder.file("sales\(index).csv")
            try writeAtomically(text, to: path)
            return path
        }
        var settings = IngestSettings(
            schema: ourRules.schema, run: RunID(milliseconds: 0, random: Array(repeating: 7, count: 10)), job: "test",
            clock: { 0 })
        settings.limit = .none
        let sink = MemorySink()
        var ingest = Ingest(settings, to: sink)
        let inputs = try paths.map { path in
            var input = InputFile(
                uri: path, source: try FileSource(path: path), reopen: { try FileSource(path: path) })
            try input.survey()
            return input
        }
        _ = try ingest.run(inputs)
        let lines = try sink.text.split(separator: "\n").map { try JSONValue(parsing: String($0)) }
        open = lines[0]
        records = lines.filter { $0["@rd"] == nil }
        let close = lines[lines.count - 1]["source"]
        form = SourceForm(
            open["source"] ?? .null, sha256: close?["sha256"]?.string, bytes: close?["bytes"]?.integer)
    }

    /// A run of `rd-ingest` alone.
    var ingestOnly: RunLineage { RunLineage(open: open, ledger: []) }

    /// A run of `rd-ingest` and of cleaning and transformation, with the real stages' own words.
    func run(_ stages: [JSONValue]) -> RunLineage {
        var whole = open
        whole["stages"] = .array((open["stages"]?.array ?? []) + stages)
        return RunLineage(open: whole, ledger: [])
    }
}

let salesHeader = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"

/// A sales file of `rows` random rows: quoted cells with line ends, doubled quotes and commas in the descriptions.
func randomSales(_ rows: Int, _ random: inout SeededRandom, lineEnd: String = "\n") -> String {
    var text = salesHeader + lineEnd
    for row in 0..<rows {
        let plain = random.text(upTo: 12).filter { !",\"\r\n\0'".contains($0) && ($0.asciiValue ?? 32) >= 32 }
        let odd = "\"a, \"\"\(row)\"\"\(random.oneIn(2) ? lineEnd + lineEnd : "") b\""
        let description = random.oneIn(3) ? odd : plain
        text += "53\(1000 + row),851\(random.below(90) + 10)A,\(description),\(random.below(90) + 1),"
        text += "12/\(random.below(18) + 13)/2010 8:26,\(random.below(9)).5\(random.below(10)),,France"
        text += row == rows - 1 && random.oneIn(2) ? "" : lineEnd
    }
    return text
}
