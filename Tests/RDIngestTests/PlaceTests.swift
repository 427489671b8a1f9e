import RDBytes
import RDIngest
import RDRecord
import Testing

/// Lines and offsets, over records of several lines and over several files.
@Suite struct PlaceTests {
    private let bad = "1,2\n"

    @Test(arguments: ["\n", "\r\n", "\r"]) func exactAfterRecordsOfSeveralLines(end: String) {
        let parts = [
            header, row.replacing("WHITE HEART", with: "\"A\nB\n\nC\""), bad,
            row.replacing("WHITE HEART", with: "\"\"\"\n\""), "\n", bad, row.replacing("WHITE", with: "W\"HITE"),
            row.replacing("WHITE HEART", with: "\"X\" Y"), bad,
        ].map { $0.replacing("\n", with: end) }
        let result = ingest(parts.joined())
        #expect(result.records.map { $0["line"]?.integer } == [2, 7, 11])
        #expect(result.rejects == ["6 ragged_row", "10 ragged_row", "12 stray_quote", "13 ragged_row"])
        let text = Array(parts.joined().utf8)
        for reject in result.control("reject") {
            let raw = Array((reject["raw"]?.string ?? "?").utf8)
            let offset = reject["offset"]?.integer ?? 0
            #expect(Array(text[offset..<offset + raw.count]) == raw)
        }
    }

    @Test(arguments: [true, false]) func filesGoOnCounting(endsInLine: Bool) throws {
        let first = header + row + bad + (endsInLine ? row : String(row.dropLast()))
        let second = header + row + bad
        let result = ingest([Array(first.utf8), Array(second.utf8), Array(second.utf8)], isFile: true)
        #expect(result.error == nil)
        #expect(result.records.map { $0["line"]?.integer } == [2, 4, 6, 9])
        #expect(result.rejects == ["3 ragged_row", "7 ragged_row", "10 ragged_row"])
        #expect(result.control("source").map { $0["first_line"]?.integer } == [5, 8])
        #expect(result.control("source").map { $0["uri"]?.string } == ["file1.csv", "file2.csv"])
        let all = Array((first + second + second).utf8)
        for reject in result.control("reject") {
            let offset = try #require(reject["offset"]?.integer)
            #expect(Array(all[offset..<offset + 3]) == Array("1,2".utf8))
        }
    }

    @Test func filesOfDifferentFormsAreOneStream() {
        let other = (header + row).replacing(",", with: ";").replacing("2.55", with: "2,55")
        let result = ingest([Array((header + row).utf8), Array(other.utf8)], isFile: true)
        #expect(result.records.map { $0["unit_price"]?.number } == ["2.55", "2.55"])
        #expect(result.control("open").count == 1)
        #expect(result.control("close").count == 1)
        #expect(result.control("source").first?["delimiter"]?.string == ";")
        let source = result.open?["source"]
        #expect(source?["uri"]?.string == "file0.csv file1.csv")
        #expect(source?["bytes"]?.integer == header.utf8.count * 2 + row.utf8.count * 2)
        #expect(result.ledger?["in"]?.integer == 2)
    }

    @Test func theHashOfOneFileAndOfSeveral() {
        let text = header + row
        func hash(_ text: String) -> String { SHA256.hex(of: text) }
        #expect(ingest(text, isFile: true).open?["source"]?["sha256"]?.string == hash(text))
        let both = hash(hash(text) + "\n" + hash(header) + "\n")
        let files = [Array(text.utf8), Array(header.utf8)]
        #expect(ingest(files, isFile: true).open?["source"]?["sha256"]?.string == both)
        let piped = ingest(files)
        #expect(piped.open?["source"]?["sha256"] == .null)
        #expect(piped.control("close").first?["source"]?["sha256"]?.string == both)
        #expect(piped.control("close").first?["source"]?["bytes"]?.integer == text.utf8.count + header.utf8.count)
    }

    @Test func anEmptySecondFileEndsTheStream() {
        let result = ingest([Array((header + row).utf8), []])
        #expect(result.error?.message.contains("file1.csv is empty") == true)
        #expect(result.control("abort").count == 1)
        #expect(result.control("close").isEmpty)
    }

    @Test func blankLinesAreNoRows() {
        let result = ingest(header + "\n\n" + row + "\n" + row + "\n\n")
        #expect(result.records.map { $0["line"]?.integer } == [4, 6])
        #expect(result.ledger?["in"]?.integer == 2)
    }

    @Test(arguments: [true, false]) func aFileThatChangesMeanwhile(grows: Bool) {
        let text = Array((header + row).utf8)
        let now = grows ? text + Array(row.utf8) : Array(text.dropLast(5))
        let settings = IngestSettings(
            schema: ourSchema, run: RunID(milliseconds: 0, random: Array(repeating: 7, count: 10)), job: "t",
            clock: { 0 })
        var ingest = Ingest(settings, to: MemorySink())
        var input = InputFile(uri: "f.csv", source: MemorySource(now), reopen: { MemorySource(text) })
        #expect(throws: Never.self) { try input.survey() }
        let error = #expect(throws: RDError.self) { try ingest.run([input]) }
        #expect(error?.exitCode == .temporary)
    }
}
