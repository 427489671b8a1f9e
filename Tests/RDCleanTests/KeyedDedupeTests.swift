import RDBytes
import RDClean
import RDRecord
import RDTesting
import Testing

/// Deduplication against a plain count, with much and with little memory.
@Suite struct KeyedDedupeTests {
    /// Records of few distinct keys, with keys of up to 40 bytes.
    private func stream(_ seed: UInt64, rows: Int) -> [String] {
        var random = SeededRandom(seed)
        return (0..<rows).map { index in
            let code = String(repeating: "X", count: 1 + random.below(30)) + String(random.below(6))
            return record(
                ("invoice_no", .integer(random.below(300) + 1)), ("stock_code", .string(code)),
                ("quantity", .integer(random.below(3) + 1)), ("line", .integer(index + 2)))
        }
    }

    private func key(_ line: String, _ columns: [Int]) throws -> String {
        let json = try JSONValue(parsing: line)
        return columns.map { (json[Field.names[$0]] ?? .null).text }.joined(separator: "\u{1F}")
    }

    @Test(
        arguments: [
            [Field.invoiceNo, Field.stockCode], [Field.stockCode, Field.invoiceNo], [Field.invoiceNo, Field.quantity],
            [Field.stockCode], Field.source.indices.map { $0 },
        ])
    func theFirstOfEachKeyIsKept(columns: [Int]) throws {
        let rows = stream(1, rows: 3000)
        var first: [String: Int] = [:]
        var kept: [Int] = []
        var repeats: [Int] = []
        for (index, row) in rows.enumerated() {
            if let earlier = first[try key(row, columns)] {
                repeats.append(earlier)
            } else {
                first[try key(row, columns)] = index + 2
                kept.append(index + 2)
            }
        }
        for memory in [1 << 20, 30_000] {
            let result = try clean(rows) {
                $0.key = columns
                $0.memory = memory
            }
            #expect(result.records.map { $0["line"]?.integer } == kept)
            let details = result.lines.filter { $0["code"]?.string == "duplicate" }.map { $0["detail"]?.string ?? "" }
            #expect(details.map { Int($0.split(separator: " ").last ?? "") } == repeats)
        }
    }

    @Test(arguments: [CleanOptions.Dedupe.exact, .off]) func linesOfOnePairAreNumbered(mode: CleanOptions.Dedupe) throws
    {
        let rows = stream(2, rows: 2000)
        let result = try clean(rows) {
            $0.dedupe = mode
            $0.memory = 30_000
        }
        var counts: [String: Int] = [:]
        for line in result.records {
            let pair = try key(line.text, [Field.invoiceNo, Field.stockCode])
            counts[pair, default: 0] += 1
            #expect(line["line_no"]?.integer ?? 1 == counts[pair])
        }
        #expect(mode == .exact || result.records.count == 2000)
    }

    @Test func keysThatRunTogetherAreTwo() throws {
        let result = try clean([
            record(("invoice_no", "1"), ("stock_code", "11")), record(("invoice_no", "11"), ("stock_code", "1")),
        ])
        #expect(result.records.count == 2)
    }

    @Test func exactLooksAtEveryColumnOfTheSource() throws {
        for column in Field.source where column != "line" {
            let other: JSONValue = column == "invoice_date" ? "2010-12-02T00:00:00" : column == "quantity" ? 9 : "9"
            let result = try clean([record(), record((column, other)), record()]) { $0.dedupe = .exact }
            #expect(result.records.count == 2, "\(column)")
            #expect(result.rejects == ["duplicate"])
        }
        let empty = [record(("customer_id", .null)), record(("customer_id", "")), record(("customer_id", "GUEST"))]
        #expect(try clean(empty) { $0.dedupe = .exact }.records.count == 2)
    }

    @Test func aSpillFileThatFailsEndsTheRun() throws {
        struct DiskFull: Error {}
        #expect(throws: DiskFull.self) {
            try clean(stream(3, rows: 3000)) {
                $0.memory = 30_000
                $0.makeFile = { throw DiskFull() }
            }
        }
    }
}
