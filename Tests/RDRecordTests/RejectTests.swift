import RDBytes
import RDRecord
import RDTesting
import Testing

@Suite struct RejectTests {
    static func line(_ raw: [UInt8], detail: String = "wrong", field: String? = "quantity", size: Int? = nil) throws
        -> JSONValue
    {
        let text = writtenText { out in
            withSpan(raw) { span in
                Reject(stage: "clean", line: 7, offset: 99, code: .badInteger, field: field, detail: detail)
                    .append(to: &out, raw: span, size: size)
            }
        }
        #expect(text.hasSuffix("}\n") && text.utf8.count { $0 == 0x0A } == 1)
        #expect(withSpan(text) { $0.isControl })
        return try JSONValue(parsing: String(text.dropLast()))
    }

    @Test func carriesThePlaceTheCodeAndTheText() throws {
        let json = try Self.line(Array("a,\"b\"\\\n\0c".utf8), detail: "'x\"' is wrong")
        #expect(json["@rd"] == "reject" && json["stage"] == "clean" && json["code"] == "bad_integer")
        #expect(json["line"] == 7 && json["offset"] == 99 && json["field"] == "quantity")
        #expect(json["detail"] == "'x\"' is wrong")
        #expect(json["raw"] == "a,\"b\"\\\n\0c")
        #expect(json["raw_cut"] == nil && json["raw_bytes"] == nil)
    }

    @Test func leavesOutWhatIsNotKnown() throws {
        let text = writtenText { out in
            withSpan("") { Reject(stage: "ingest", line: nil, code: .nulByte, detail: "").append(to: &out, raw: $0) }
        }
        let json = try JSONValue(parsing: String(text.dropLast()))
        #expect(json["line"] == .null && json["offset"] == .null && json["field"] == .null && json["raw"] == "")
    }

    @Test func cutsAtFourKiB() throws {
        let longest = try Self.line(Array(repeating: 0x78, count: 4096))
        #expect(longest["raw"]?.string?.utf8.count == 4096 && longest["raw_cut"] == nil)
        let cut = try Self.line(Array(repeating: 0x78, count: 4097))
        #expect(cut["raw"]?.string?.utf8.count == 4096)
        #expect(cut["raw_cut"] == true && cut["raw_bytes"] == 4097)
        let head = try Self.line(Array(repeating: 0x78, count: 4096), size: 5_000_000)
        #expect(head["raw_cut"] == true && head["raw_bytes"] == 5_000_000)
    }

    /// A character that the cut goes through is repaired, and the line stays UTF-8.
    @Test func cutsInsideACharacter() throws {
        for shift in 0..<4 {
            let raw = Array(repeating: UInt8(0x61), count: shift) + Array(String(repeating: "𝄞", count: 1100).utf8)
            let text = try Self.line(raw)["raw"]?.string ?? ""
            #expect(text.hasPrefix(String(repeating: "a", count: shift) + "𝄞"))
            #expect(text.hasSuffix("𝄞") == (shift == 0))
        }
    }

    @Test func repairsBytesThatAreNotUTF8() throws {
        var random = SeededRandom(2)
        for _ in 0..<500 {
            let raw = random.bytes(random.below(60))
            #expect(try Self.line(raw)["raw"]?.string == String(decoding: raw, as: UTF8.self))
        }
    }

    @Test func countsByCode() {
        var counts = RejectCounts()
        for _ in 0..<3 { counts.add(.duplicate) }
        counts.add(.raggedRow)
        #expect(counts.total == 4)
        #expect(counts.present.map(\.code) == [.raggedRow, .duplicate])
        #expect(counts.present.map(\.count) == [1, 3])
    }

    @Test func namesEachCodeOnce() {
        #expect(Set(RejectCode.allCases.map(\.rawValue)).count == RejectCode.allCases.count)
        for (index, code) in RejectCode.allCases.enumerated() { #expect(code.index == index) }
    }
}

@Suite struct RunIDTests {
    /// RFC 9562, appendix A.6.
    @Test func isAUUIDOfVersion7() {
        let run = RunID(
            milliseconds: 0x017F_22E2_79B0, random: [0xFC, 0xC3, 0xD8, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F])
        #expect(run.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
    }

    @Test func hasVersionAndVariantWhateverIsRandom() {
        var random = SeededRandom(3)
        for _ in 0..<200 {
            let text = RunID(milliseconds: Int64(random.below(1 << 47)), random: random.bytes(10)).text
            let parts = text.split(separator: "-")
            #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
            #expect(parts[2].first == "7" && "89ab".contains(parts[3].first!))
            #expect(RunID(text)?.text == text)
        }
    }

    @Test func sortsByTime() {
        let moments: [Int64] = [0, 1, 255, 256, 1_600_000_000_000, 1_600_000_000_001, 1 << 47]
        let texts = moments.map { RunID(milliseconds: $0, random: Array(repeating: 0xFF, count: 10)).text }
        #expect(texts == texts.sorted())
    }

    @Test func readsUUIDsOfOthers() {
        #expect(RunID("017F22E2-79B0-7CC3-98C4-DC0C0C07398F")?.text == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f")
        for text in [
            "", "x", "017f22e2-79b0-7cc3-98c4-dc0c0c07398", "017f22e279b0-7cc3-98c4-dc0c0c07398f0",
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398g", "017f22e2_79b0_7cc3_98c4_dc0c0c07398f",
        ] {
            #expect(RunID(text) == nil)
        }
    }
}
