import RDBytes
import RDIngest
import Testing

@Suite struct EncodingTests {
    private let text = header + row.replacing("WHITE HEART", with: "\u{A3}1 CAF\u{C9}") + row

    private func latin1(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    private func utf16(_ text: String, isBig: Bool, mark: Bool) -> [UInt8] {
        ((mark ? "\u{FEFF}" : "") + text).utf16.flatMap { unit -> [UInt8] in
            isBig ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
        }
    }

    private func check(_ result: Ingested, _ encoding: String) {
        #expect(result.error == nil)
        #expect(result.records.map { $0["description"]?.string } == ["\u{A3}1 CAF\u{C9}", "WHITE HEART"])
        #expect(result.open?["source"]?["encoding"]?.string == encoding)
    }

    @Test(arguments: [true, false]) func singleBytes(isFile: Bool) {
        check(ingest([latin1(text)], isFile: isFile), "iso-8859-1")
        let euro = latin1(text.replacing("WHITE HEART", with: "X")).map { $0 == UInt8(ascii: "X") ? 0x80 : $0 }
        let result = ingest([euro], isFile: isFile)
        #expect(result.open?["source"]?["encoding"]?.string == "windows-1252")
        #expect(result.records.last?["description"]?.string == "\u{20AC}")
    }

    @Test(arguments: [true, false]) func utf8(isFile: Bool) {
        check(ingest([Array(text.utf8)], isFile: isFile), "utf-8")
        check(ingest([[0xEF, 0xBB, 0xBF] + Array(text.utf8)], isFile: isFile), "utf-8")
    }

    @Test(arguments: [(true, true), (true, false), (false, true), (false, false)])
    func wide(isBig: Bool, mark: Bool) {
        for step in [1, 2, 3, 7, 1000] {
            check(ingest([utf16(text, isBig: isBig, mark: mark)], step: step), isBig ? "utf-16be" : "utf-16le")
        }
    }

    @Test func offsetsInUTF16AreThoseOfTheSource() {
        let bad = text + "1,2\n"
        let reject = ingest([utf16(bad, isBig: false, mark: true)]).control("reject").first
        #expect(reject?["offset"]?.integer == 2 + text.utf16.count * 2)
    }

    @Test func aPipeIsDecidedByItsFirstHighByteHoweverLate() {
        let many = latin1(header + String(repeating: row, count: 10_000) + row.replacing("WHITE", with: "CAF\u{C9}"))
        let result = ingest([many])
        #expect(result.error == nil)
        #expect(result.open?["source"]?["encoding"]?.string == "us-ascii")
        #expect(result.control("source").first?["encoding"]?.string == "iso-8859-1")
        #expect(result.records.last?["description"]?.string == "CAF\u{C9} HEART")
    }

    @Test func aContradictionNamesBothPlaces() {
        let first = Array((header + row.replacing("WHITE", with: "CAF\u{C9}")).utf8)
        let filler = Array(String(repeating: row, count: 3000).utf8)
        let mixed = first + filler + latin1(row.replacing("WHITE", with: "CAF\u{C9}"))
        let result = ingest([mixed], step: 1 << 16)
        #expect(result.open?["source"]?["encoding"]?.string == "utf-8")
        #expect(result.error?.exitCode == .data)
        #expect(result.error?.message.contains("line 3003") == true)
        #expect(result.error?.remedy?.contains("--encoding") == true)
        let pinned = ingest([mixed]) { $0.pins.encoding = .utf8 }
        #expect(pinned.rejects == ["3003 bad_encoding"])
    }
}
