import RDBytes
import RDIngest
import Testing

/// Rows around and over the 1 MiB that a line of the stream may have.
@Suite struct LongLineTests {
    private let limit = 1 << 20

    /// A row that is `size` bytes long, without its line end.
    private func wide(_ size: Int, _ letter: String = "x") -> String {
        let rest = row.utf8.count - 1 - "WHITE HEART".utf8.count
        return row.replacing("WHITE HEART", with: String(repeating: letter, count: size - rest))
    }

    @Test(arguments: [true, false]) func noLineOfTheStreamIsLonger(isFile: Bool) {
        for size in [limit - 300, limit - 10, limit, limit + 1, limit + 70_000, 3 * limit, 5 * limit] {
            let result = ingest(header + wide(size) + row, isFile: isFile) { $0.pins.dates = .us }
            #expect(result.lines.allSatisfy { $0.utf8.count <= limit })
            #expect(result.rejects == (size < limit - 200 ? [] : ["2 line_too_long"]), "\(size) bytes")
            #expect(result.records.last?["line"]?.integer == 3)
            #expect(result.ledger?["in"]?.integer == 2)
        }
    }

    @Test func escapesCountAsTheyAreWritten() {
        let result = ingest(header + wide(limit / 2 + 1000, "\\") + row)
        #expect(result.rejects == ["2 line_too_long"])
        #expect(result.ledger?["money"]?["out"]?.string == "15.3000")
    }

    @Test(arguments: [true, false]) func anUnclosedQuoteIsNotFollowedFarther(isFile: Bool) {
        let many = String(repeating: row, count: 40_000)
        for tail in ["", row.replacing("WHITE", with: "WHITE\"")] {
            let result = ingest(header + row.replacing("WHITE", with: "\"WHITE") + many + tail, isFile: isFile)
            #expect(result.rejects == ["2 unclosed_quote"])
            #expect(result.records.count == 40_000 + (tail.isEmpty ? 0 : 1))
        }
    }

    @Test func theRejectHasTheHeadOnly() throws {
        let result = ingest(header + wide(2 * limit) + row)
        let reject = try #require(result.control("reject").first)
        #expect(reject["raw"]?.string?.utf8.count == 4096)
        #expect(reject["raw"]?.string?.hasPrefix("536365,85123A,xxx") == true)
        #expect(reject["raw_cut"]?.bool == true)
        #expect(reject["raw_bytes"]?.integer == 2 * limit)
        #expect(reject["offset"]?.integer == header.utf8.count)
    }

    @Test func offsetsGoOnAfterALineThatWasSkipped() {
        let long = wide(9 * limit)
        let result = ingest(header + long + "1,2\n" + row, step: 100_003)
        #expect(result.rejects == ["2 line_too_long", "3 ragged_row"])
        #expect(result.control("reject").last?["offset"]?.integer == (header + long).utf8.count)
    }

    @Test func aLongLineInUTF16() {
        let text = header + wide(2 * limit) + "1,2\n"
        let bytes: [UInt8] = [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        let result = ingest([bytes], isFile: true)
        #expect(result.error?.message == nil)
        #expect(result.rejects == ["2 line_too_long", "3 ragged_row"])
        #expect(result.control("reject").last?["offset"]?.integer == bytes.count - 8)
    }

    @Test func aLastLineWithoutItsEnd() {
        let result = ingest(header + row + String(wide(2 * limit).dropLast()))
        #expect(result.rejects == ["3 line_too_long"])
    }
}
