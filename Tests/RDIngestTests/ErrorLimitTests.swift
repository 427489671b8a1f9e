import RDBytes
import RDIngest
import Testing

@Suite struct ErrorLimitTests {
    private let bad = "1,2\n"

    @Test func failStopsAtTheFirst() throws {
        let result = ingest(header + row + bad + row + bad) { $0.limit = .count(0) }
        let error = try #require(result.error)
        #expect(error.exitCode == .data)
        let offset = header.utf8.count + row.utf8.count
        #expect(error.message == "file0.csv:3: byte \(offset): ragged_row: 2 cells, the header has 8")
        #expect(error.remedy?.contains("--on-error reject") == true)
        #expect(result.records.count == 1)
        #expect(result.rejects == ["3 ragged_row"])
        #expect(result.control("abort").first?["detail"]?.string == error.message)
        #expect(result.control("abort").first?["code"]?.string == "data")
        #expect(result.lines.last?.contains("abort") == true)
        let column = ingest(header + row.replacing(",6,", with: ",six,")) { $0.limit = .count(0) }
        #expect(column.error?.message.contains("column quantity: bad_integer: 'six'") == true)
    }

    @Test(arguments: [0, 1, 2, 3]) func counts(limit: Int) {
        let text = header + String(repeating: row + bad, count: 3)
        let result = ingest(text) { $0.limit = .count(limit) }
        #expect((result.error == nil) == (limit == 3))
        #expect(result.control("reject").count == min(limit + 1, 3))
        #expect(result.control("close").count == (limit == 3 ? 1 : 0))
    }

    @Test func sharesAreLookedAtFromTheThousandthRowOn() {
        let early = header + String(repeating: bad, count: 10) + String(repeating: row, count: 1990)
        #expect(ingest(early) { $0.limit = .share(100) }.error == nil)
        #expect(ingest(early) { $0.limit = .share(99) }.error?.exitCode == .data)
        let long = header + String(repeating: row + bad, count: 20_000)
        let result = ingest(long) { $0.limit = .share(1000) }
        #expect(result.error?.message.contains("over the limit of 10.0 %") == true)
        #expect(result.control("reject").count < 1000, "the rest is not read")
        #expect(result.control("abort").count == 1)
    }

    @Test func aShareOfAShortFileIsLookedAtInTheEnd() {
        let text = header + row + bad
        #expect(ingest(text) { $0.limit = .share(5000) }.error == nil)
        #expect(ingest(text) { $0.limit = .share(4999) }.error?.exitCode == .data)
        #expect(ingest(header) { $0.limit = .share(0) }.error == nil)
    }

    @Test func limitsAreOfAllFilesTogether() {
        let file = Array((header + row + bad).utf8)
        #expect(ingest([file, file]) { $0.limit = .count(2) }.error == nil)
        let over = ingest([file, file]) { $0.limit = .count(1) }
        #expect(over.error?.message.contains("file1.csv:3") == true)
        #expect(over.error?.message.contains("2 bad rows of 4") == true)
    }

    @Test func strictTakesNoBadRow() {
        let result = ingest(header + row + bad) { $0.isStrict = true }
        #expect(result.error?.message.contains("--strict") == true)
        #expect(result.control("abort").count == 1)
        #expect(ingest(header + row) { $0.isStrict = true }.error == nil)
    }

    @Test func bareStreamsHaveNoControlLinesEvenWhenTheyFail() {
        let result = ingest(header + row + bad + bad) {
            $0.isBare = true
            $0.limit = .count(1)
        }
        #expect(result.error?.exitCode == .data)
        #expect(result.lines.count == 1)
        #expect(result.records.first?.members?.count == 8)
    }

    @Test func progressComesEveryChunk() {
        var seen: [Int] = []
        _ = ingest(header + String(repeating: row, count: 1050)) {
            $0.chunkSize = 100
            $0.chunk = { rows, _ in seen.append(rows) }
        }
        #expect(seen == (1...10).map { $0 * 100 })
    }
}
