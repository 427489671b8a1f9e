import RDBytes
import RDClean
import RDRecord
import Testing

@Suite struct DedupeTests {
    private let rows = [
        record(("line", 2)), record(("line", 3), ("quantity", 7)), record(("line", 4)),
        record(("line", 5), ("stock_code", "B")), record(("line", 6), ("invoice_no", "9")),
    ]

    @Test func byKey() throws {
        let result = try clean(rows)
        #expect(result.records.map { $0["line"]?.integer } == [2, 5, 6])
        let rejects = result.lines.filter { $0["@rd"]?.string == "reject" }
        #expect(rejects.map { $0["line"]?.integer } == [3, 4])
        #expect(rejects.allSatisfy { $0["detail"]?.string?.hasSuffix("line 2") == true })
        #expect(result.ledger.rules.first?.money == Int128(331_500))
        #expect(result.ledger.moneyIn - result.ledger.rules[0].money == result.ledger.moneyOut)
    }

    @Test func exactKeepsLinesThatDiffer() throws {
        let result = try clean(rows) { $0.dedupe = .exact }
        #expect(result.records.map { $0["line"]?.integer } == [2, 3, 5, 6])
        #expect(result.records.map { $0["line_no"]?.integer } == [nil, 2, nil, nil])
    }

    @Test func offKeepsAll() throws {
        let result = try clean(rows) { $0.dedupe = .off }
        #expect(result.records.map { $0["line_no"]?.integer } == [nil, 2, 3, nil, nil])
    }

    @Test func byAnotherKey() throws {
        let result = try clean(rows) { $0.key = [Field.invoiceNo] }
        #expect(result.records.map { $0["line"]?.integer } == [2, 6])
    }

    @Test(arguments: [CleanOptions.Dedupe.key, .exact, .off])
    func littleMemoryGivesTheSame(mode: CleanOptions.Dedupe) throws {
        var random = SystemRandomNumberGenerator()
        let many = (0..<6000).map { index in
            record(
                ("invoice_no", .string(String(Int.random(in: 1...900, using: &random)))),
                ("stock_code", .string(String(Int.random(in: 1...9, using: &random)))), ("line", .integer(index)))
        }
        var files = 0
        let roomy = try clean(many) { $0.dedupe = mode }
        let tight = try clean(many) {
            $0.dedupe = mode
            $0.memory = 40_000
            $0.makeFile = {
                files += 1
                return MemorySpillFile()
            }
        }
        #expect(files > 2)
        #expect(roomy.lines == tight.lines)
        #expect(tight.ledger.isBalanced)
    }
}
