import RDBytes
import RDTesting
import Testing

@Suite struct TextEncodingTests {
    static func decode(_ bytes: [UInt8], _ encoding: TextEncoding) -> String {
        writtenText { out in withSpan(bytes) { out.appendDecoded($0, 0..<$0.byteCount, from: encoding) } }
    }

    @Test func decodesLatin1() {
        let all = (UInt8.min...UInt8.max).map { $0 }
        let expected = String(String.UnicodeScalarView(all.map { Unicode.Scalar($0) }))
        #expect(Self.decode(all, .latin1) == expected)
    }

    /// Where Windows-1252 is not Latin-1, from the table of Unicode's CP1252.TXT.
    @Test func decodesWindows1252() {
        let special: [UInt8] = [0x80] + Array(0x82...0x8C) + [0x8E] + Array(0x91...0x9C) + [0x9E, 0x9F]
        #expect(Self.decode(special, .windows1252) == "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ")
        #expect(Self.decode([0x81, 0x8D, 0x8F, 0x90, 0x9D], .windows1252) == "\u{81}\u{8D}\u{8F}\u{90}\u{9D}")
        #expect(Self.decode([0x41, 0xA3, 0xE9, 0xFF], .windows1252) == "A£éÿ")
    }

    /// UTF-16 in pieces: what a call leaves behind is the start of the next one.
    @Test(arguments: [false, true])
    func decodesUTF16InPiecesOfEverySize(bigEndian: Bool) {
        var random = SeededRandom(15)
        for step in 1...9 {
            for _ in 0..<40 {
                let text = random.text(upTo: 30)
                let bytes = text.utf16.flatMap { unit in
                    bigEndian
                        ? [UInt8(unit >> 8), UInt8(unit & 255)] : [UInt8(unit & 255), UInt8(unit >> 8)]
                }
                #expect(Self.decodeUTF16(bytes, bigEndian, step) == text)
            }
        }
    }

    static func decodeUTF16(_ bytes: [UInt8], _ bigEndian: Bool, _ step: Int) -> String {
        writtenText { out in
            var held: [UInt8] = []
            for start in stride(from: 0, to: bytes.count, by: step) {
                held += bytes[start..<min(start + step, bytes.count)]
                let used = withSpan(held) { out.appendUTF16($0, bigEndian: bigEndian, atEnd: false) }
                held.removeFirst(used)
            }
            let rest = withSpan(held) { out.appendUTF16($0, bigEndian: bigEndian, atEnd: true) }
            #expect(rest == held.count)
        }
    }

    @Test func repairsBrokenUTF16() {
        #expect(Self.decodeUTF16([0x41], false, 1) == "\u{FFFD}")
        #expect(Self.decodeUTF16([0x34, 0xD8], false, 1) == "\u{FFFD}")
        #expect(Self.decodeUTF16([0x34, 0xD8, 0x41, 0x00], false, 1) == "\u{FFFD}A")
        #expect(Self.decodeUTF16([0x1E, 0xDD, 0x41, 0x00], false, 2) == "\u{FFFD}A")
        #expect(Self.decodeUTF16([0xD8, 0x34, 0xD8, 0x34, 0xDD, 0x1E], true, 3) == "\u{FFFD}𝄞")
    }

    /// The standard library's own decoder is the judge.
    @Test func findsTheFirstFlawOfUTF8() {
        var random = SeededRandom(16)
        for _ in 0..<4000 {
            var bytes = Array(random.text(upTo: 12).utf8)
            for _ in 0..<random.below(3) {
                bytes.insert(UInt8.random(in: 0x70...0xFF, using: &random), at: random.below(bytes.count + 1))
            }
            let found = withSpan(bytes) { $0.firstInvalidUTF8(in: 0..<$0.byteCount) }
            let isValid = String(validating: bytes, as: UTF8.self) != nil
            #expect((found == nil) == isValid, "\(bytes)")
            if let found { #expect(String(validating: bytes[..<found], as: UTF8.self) != nil, "\(bytes)") }
        }
    }

    /// A sequence that the window cuts is no flaw until the text has ended.
    @Test(arguments: ["é", "€", "𝄞"])
    func waitsForTheRestOfASequence(_ text: String) {
        let bytes = Array(text.utf8)
        for size in 1..<bytes.count {
            withSpan([0x41] + bytes[..<size]) { span in
                let whole = 0..<span.byteCount
                let open = span.firstInvalidUTF8(in: whole, atEnd: false)
                let ended = span.firstInvalidUTF8(in: whole, atEnd: true)
                #expect(open == nil)
                #expect(ended == 1)
            }
        }
    }

    @Test func findsTheFirstByteThatIsNotASCII() {
        for size in [1, 7, 8, 9, 4095, 4096, 4097, 9000] {
            for place in [0, size / 2, size - 1] {
                var bytes = Array(repeating: UInt8(0x7F), count: size)
                let none = withSpan(bytes) { $0.firstNonASCII(in: 0..<size) }
                #expect(none == nil)
                bytes[place] = 0x80
                let found = withSpan(bytes) { $0.firstNonASCII(in: 0..<size) }
                #expect(found == place)
            }
        }
    }

    @Test func knowsTheUsualNames() {
        let names = [
            "UTF-8", "utf8", "ISO-8859-1", "Latin1", "cp1252", "windows-1252", "UTF-16LE", "utf_16be", "ascii",
        ]
        let expected: [TextEncoding] = [
            .utf8, .utf8, .latin1, .latin1, .windows1252, .windows1252, .utf16LittleEndian, .utf16BigEndian, .utf8,
        ]
        #expect(names.map { TextEncoding(name: $0) } == expected)
        #expect(TextEncoding(name: "koi8-r") == nil)
        #expect(TextEncoding.allCases.allSatisfy { TextEncoding(name: $0.rawValue) == $0 })
    }
}
