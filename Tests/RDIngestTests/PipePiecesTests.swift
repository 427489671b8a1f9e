import RDBytes
import RDIngest
import RDRecord
import Testing

/// What is decided from the start of a pipe does not depend on how fast the pipe is filled.
@Suite struct PipePiecesTests {
    static func row(_ number: Int, _ description: String) -> [UInt8] {
        Array("5\(10_000 + number),85123A,\(description),6,2010-12-01 8:26,2.55,17850,EIRE\n".utf8)
    }

    /// The first 64 KiB are ASCII; what follows has UTF-8 first and then a byte that is not.
    @Test(arguments: [1000, 65_536, 100_000, Int.max])
    func decidesTheEncodingAlike(step: Int) {
        var text = Array(header.utf8)
        for number in 0..<1500 { text += Self.row(number, "WHITE HANGING HEART") }
        #expect(text.count > 80_000)
        text += Self.row(1500, "café")
        text += Array("560000,85123A,caf".utf8) + [0xE9] + Array(",6,2010-12-01 8:26,2.55,17850,EIRE\n".utf8)
        let found = ingest([text], step: step)
        #expect(found.error?.exitCode == .data)
        #expect(found.error?.message.contains("the encoding is not one") == true)
        #expect(found.control("close").isEmpty)
    }

    /// A row of less than 1 MiB whose record, with its escapes, is longer than the next filter takes.
    @Test func setsAsideRecordsThatGrowTooLong() {
        let long = String(repeating: "\u{1}", count: 300_000)
        let text = Array(header.utf8) + Self.row(1, long) + Self.row(2, "SHORT")
        let found = ingest([text])
        #expect(found.error == nil)
        #expect(found.rejects == ["2 line_too_long"])
        #expect(found.records.count == 1)
        #expect(found.ledger?["out"] == 1)
    }
}
