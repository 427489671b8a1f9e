import RDBytes
import RDIngest
import RDRecord
import Testing

@Suite struct RejectTests {
    @Test func eachBadRowHasItsLineOffsetAndCode() {
        let bad = [
            "1,2,3\n", row.replacing(",6,", with: ",six,"), row.replacing("2.55", with: "2.5x"),
            row.replacing("536365", with: ""), row.replacing("85123A", with: "85\u{1}"),
            row.replacing("2.55", with: "2.55555"), row.replacing("WHITE", with: "\"A\" B"),
            row.replacing("HEART", with: "A\0B"),
        ]
        let result = ingest(header + row + bad.joined() + row)
        #expect(
            result.rejects == [
                "3 ragged_row", "4 bad_integer", "5 bad_decimal", "6 missing_value", "7 bad_pattern",
                "8 number_out_of_range", "9 stray_quote", "10 nul_byte",
            ])
        var offset = header.utf8.count + row.utf8.count
        for (reject, text) in zip(result.control("reject"), bad) {
            #expect(reject["offset"]?.integer == offset)
            offset += text.utf8.count
        }
        #expect(result.records.count == 2)
        #expect(result.ledger?["in"]?.integer == 10)
        #expect(result.ledger?["out"]?.integer == 2)
    }

    @Test func anUnclosedQuoteCostsOneLine() {
        let result = ingest(header + row.replacing("WHITE", with: "\"WHITE") + row + row)
        #expect(result.rejects == ["2 unclosed_quote"])
        #expect(result.records.map { $0["line"]?.integer } == [3, 4])
    }

    @Test func aLineOfAnySizeIsAReject() {
        let source = EndlessLine(head: Array((header + row).utf8), size: 100 << 20, tail: Array(("\n" + row).utf8))
        let sink = MemorySink()
        var settings = IngestSettings(
            schema: ourSchema, run: RunID(milliseconds: 0, random: Array(repeating: 1, count: 10)), job: "t",
            clock: { 0 })
        settings.pins.dates = .us
        var ingest = Ingest(settings, to: sink)
        let account = try? ingest.run([InputFile(uri: "-", source: source)])
        #expect(account?.rowsIn == 3)
        #expect(account?.rejected.map(\.code) == ["line_too_long"])
        #expect(sink.bytes.count < 20_000)
    }

    @Test func limits() {
        let bad = "1,2\n"
        let text = header + row + bad + row + bad
        #expect(ingest(text) { $0.limit = .count(2) }.error == nil)
        let over = ingest(text) { $0.limit = .count(1) }
        #expect(over.error?.exitCode == .data)
        #expect(over.control("abort").count == 1)
        #expect(ingest(text) { $0.limit = .count(0) }.error?.message.contains("file0.csv:3") == true)
        #expect(ingest(text) { $0.limit = .share(5000) }.error == nil)
        #expect(ingest(text) { $0.limit = .share(4999) }.error?.exitCode == .data)
        #expect(ingest(text) { $0.isStrict = true }.error?.exitCode == .data)
    }

    @Test func severalFilesAreOneStream() {
        let result = ingest([Array((header + row).utf8), Array((header + "1,2\n" + row).utf8)], isFile: true)
        #expect(result.records.map { $0["line"]?.integer } == [2, 5])
        #expect(result.rejects == ["4 ragged_row"])
        #expect(result.control("source").first?["first_line"]?.integer == 3)
        #expect(result.open?["source"]?["files"]?.array?.count == 2)
    }

    @Test func bareHasRecordsOnly() {
        let result = ingest(header + row + "1,2\n") { $0.isBare = true }
        #expect(result.lines.count == 1)
        #expect(result.records.first?["line"] == nil)
    }

    @Test func moneyIsExact() {
        let text = header + row + row.replacing(",6,", with: ",-3,").replacing("2.55", with: "0.1")
        #expect(ingest(text).ledger?["money"]?["out"]?.string == "15.0000")
    }
}

/// A text with one line of many bytes in it, made as it is read.
final class EndlessLine: ByteSource {
    private var head: [UInt8]
    private var left: Int
    private var tail: [UInt8]
    let wouldWait = false

    init(head: [UInt8], size: Int, tail: [UInt8]) {
        (self.head, left, self.tail) = (head, size, tail)
    }

    func read(into space: UnsafeMutableRawBufferPointer) -> Int {
        if !head.isEmpty { return take(&head, space) }
        if left > 0 {
            let size = min(left, space.count)
            UnsafeMutableRawBufferPointer(rebasing: space[..<size]).initializeMemory(
                as: UInt8.self, repeating: UInt8(ascii: "x"))
            left -= size
            return size
        }
        return take(&tail, space)
    }

    private func take(_ bytes: inout [UInt8], _ space: UnsafeMutableRawBufferPointer) -> Int {
        let size = min(bytes.count, space.count)
        for index in 0..<size { space[index] = bytes[index] }
        bytes.removeFirst(size)
        return size
    }
}
