import RDBytes
import RDIngest
import Testing

/// Encodings that only show late, contradict themselves, or are pinned.
@Suite struct LateEncodingTests {
    private let filler = String(repeating: row, count: 4000)

    private func bytes(_ text: String) -> [UInt8] { text.unicodeScalars.map { UInt8($0.value) } }

    private func named(_ name: String) -> String { row.replacing("WHITE HEART", with: name) }

    @Test(arguments: [
        ("utf-8", [0xC3, 0x89] as [UInt8], "\u{C9}"), ("iso-8859-1", [0xC9], "\u{C9}"),
        ("windows-1252", [0x80], "\u{20AC}"),
    ])
    func theFirstHighByteDecidesOnAPipe(name: String, high: [UInt8], expected: String) throws {
        let all = bytes(header + filler) + bytes("536365,85123A,") + high + bytes(String(row.dropFirst(25)))
        let result = ingest([all], step: 10_000)
        #expect(result.error == nil)
        #expect(result.open?["source"]?["encoding"]?.string == "us-ascii")
        let source = try #require(result.control("source").first)
        #expect(source["encoding"]?.string == name)
        #expect(source["evidence"]?["encoding"]?["why"]?.string?.contains("line 4002") == true)
        #expect(source["evidence"]?["encoding"]?["flag"]?.string == "--encoding")
        #expect(result.records.last?["description"]?.string == expected)
        let file = ingest([all], step: 10_000, isFile: true)
        #expect(file.open?["source"]?["encoding"]?.string == name)
        #expect(file.control("source").isEmpty)
        #expect(file.records == result.records)
    }

    @Test func theSourceLineFollowsTheRowThatDecided() {
        let result = ingest([bytes(header + filler + named("\u{C9}") + row)])
        let place = result.lines.firstIndex { $0.hasPrefix(#"{"@rd":"source""#) } ?? 0
        #expect(place == 4002)
        #expect(result.lines[place - 1].contains("\u{C9}"))
    }

    @Test(arguments: [
        ([0xC3, 0x89] as [UInt8], [0xC9] as [UInt8]), ([0xC9], [0x80]),
    ])
    func aLateContradictionNamesBothLines(first: [UInt8], second: [UInt8]) {
        let start = bytes("536365,85123A,")
        let rest = bytes(String(row.dropFirst(25)))
        let all = bytes(header + filler) + start + first + rest + bytes(filler) + start + second + rest
        let result = ingest([all])
        #expect(result.error?.exitCode == .data)
        #expect(result.error?.message.contains("line 4002") == true)
        #expect(result.error?.message.contains("line 8003") == true)
        #expect(result.error?.remedy?.contains("--encoding") == true)
        #expect(result.control("abort").count == 1)
    }

    @Test func aMixedFileIsReadAsASuperset() {
        // UTF-8 first and Latin-1 late: no encoding fits but those that take every byte.
        let mixed = Array((header + named("\u{201C}") + filler).utf8) + bytes(named("\u{C9}"))
        let result = ingest([mixed], isFile: true)
        #expect(result.error == nil)
        #expect(result.open?["source"]?["encoding"]?.string == "windows-1252")
    }

    @Test func theEvidenceDoesNotDependOnBlocks() {
        let mixed = Array((header + named("\u{201C}") + filler).utf8) + bytes(named("\u{C9}"))
        for step in [100, 1000, 100_000] {
            #expect(ingest([mixed], step: step, isFile: true).open?["source"]?["encoding"]?.string == "windows-1252")
        }
    }

    @Test func aPinnedEncodingSetsTheRestAside() {
        let all = bytes(header + named("\u{C9}") + row)
        let result = ingest([all]) { $0.pins.encoding = .utf8 }
        #expect(result.rejects == ["2 bad_encoding"])
        #expect(result.records.count == 1)
        #expect(result.open?["source"]?["evidence"]?["encoding"]?["why"]?.string == "given on the command line")
        let read = ingest([all]) { $0.pins.encoding = .windows1252 }
        #expect(read.records.first?["description"]?.string == "\u{C9}")
    }

    @Test func aPinnedWideEncodingNeedsNoMark() {
        let units = Array((header + named("\u{1F600}")).utf16)
        let big: [UInt8] = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }
        for mark in [[0xFE, 0xFF], []] as [[UInt8]] {
            let result = ingest([mark + big], step: 3) { $0.pins.encoding = .utf16BigEndian }
            #expect(result.records.first?["description"]?.string == "\u{1F600}")
        }
    }

    @Test(arguments: [true, false]) func aWideFileWithAFlaw(isFile: Bool) {
        let units = Array((header + row + "1,2").utf16)
        let little: [UInt8] = [0xFF, 0xFE] + units.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        // Half a character at the end, and half a pair of surrogates.
        for tail in [[0x41], [0x00, 0xD8], [0x00, 0xDC, 0x41, 0x00]] as [[UInt8]] {
            let result = ingest([little + tail], isFile: isFile)
            #expect(result.error?.message == nil)
            #expect(result.rejects == ["3 ragged_row"])
            #expect(result.control("reject").first?["offset"]?.integer == little.count - 6)
        }
    }

    @Test func compressedTextIsTold() {
        let result = ingest([[0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3, 1, 2]])
        #expect(result.error?.message.contains("compressed") == true)
        #expect(result.error?.remedy?.contains("gzip") == true)
    }
}
