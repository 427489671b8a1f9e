import RDBytes
import RDTesting
import Testing

/// The inside of JSON strings: what is written must be read back, and must be JSON by its own definition.
@Suite struct JSONEscapeTests {
    static func escaped(_ text: String) -> String {
        writtenText { out in withSpan(text) { out.appendEscaped($0) } }
    }

    static func unescaped(_ text: String) -> String {
        writtenText { out in withSpan("\"\(text)\"") { out.appendUnescaped($0, 1..<$0.byteCount - 1) } }
    }

    @Test func escapesOnlyWhatItMust() {
        #expect(Self.escaped("plain é€𝄞/\u{7F}") == "plain é€𝄞/\u{7F}")
        #expect(Self.escaped("\"\\\n\r\t\u{8}\u{C}") == #"\"\\\n\r\t\b\f"#)
        #expect(Self.escaped("\0\u{1F}\u{B}") == #"\u0000\u001f\u000b"#)
    }

    /// A byte that must be escaped, at every place of texts of every length: the word-wise loop and its tail.
    @Test func escapesAtEveryPlace() {
        for size in 1...40 {
            for place in 0..<size {
                var text = Array(repeating: UInt8(ascii: "a"), count: size)
                text[place] = 0x0A
                let escaped = written { out in withSpan(text) { out.appendEscaped($0) } }
                let expected = text[..<place] + Array("\\n".utf8) + text[(place + 1)...]
                #expect(escaped == Array(expected))
            }
        }
    }

    @Test func readsBackWhatItWrites() {
        var random = SeededRandom(2)
        for _ in 0..<3000 {
            let text = random.text(upTo: 40)
            let escaped = Self.escaped(text)
            #expect(Self.unescaped(escaped) == text)
            #expect(escaped.utf8.allSatisfy { $0 >= 0x20 })
        }
    }

    @Test func readsEveryEscape() {
        #expect(Self.unescaped(#"\"\\\/\b\f\n\r\t"#) == "\"\\/\u{8}\u{C}\n\r\t")
        #expect(Self.unescaped(#"\u0041\u00e9\u00E9\u20AC"#) == "Aéé€")
        #expect(Self.unescaped(#"\ud834\udd1e"#) == "𝄞")
        #expect(Self.unescaped(#"\uDBFF\uDFFF"#) == "\u{10FFFF}")
    }

    @Test(arguments: [
        (#"\ud834"#, "\u{FFFD}"), (#"\udd1e"#, "\u{FFFD}"), (#"\ud834x"#, "\u{FFFD}x"),
        (#"\ud834\n"#, "\u{FFFD}\n"), (#"\ud834\ud834\udd1e"#, "\u{FFFD}𝄞"), (#"\udd1e\ud834"#, "\u{FFFD}\u{FFFD}"),
        (#"\ud834\u0041"#, "\u{FFFD}A"),
    ])
    func repairsUnpairedSurrogates(_ text: String, _ expected: String) {
        #expect(Self.unescaped(text) == expected)
    }

    /// Every code point but the surrogates, as its escape and as itself.
    @Test func readsEveryCodePointOfThePlanes() {
        for value in stride(from: UInt32(0), through: 0x10FFFF, by: 61) {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let units = Array(String(Character(scalar)).utf16)
            let escape = units.map { unit in
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
            #expect(Self.unescaped(escape.joined()) == String(Character(scalar)))
        }
    }

    @Test func findsTheEndOfAString() throws {
        var random = SeededRandom(3)
        for _ in 0..<1000 {
            let inside = Self.escaped(random.text(upTo: 30))
            try withSpan(":\"\(inside)\",\"") { span in
                let found = try span.jsonString(at: 1)
                #expect(found.range == 2..<2 + inside.utf8.count)
                #expect(found.escaped == inside.utf8.contains(0x5C))
            }
        }
    }

    @Test(arguments: [#""abc"#, #""abc\"#, #""\x""#, #""\u12"#, #""\u12g4""#, "\"a\nb\"", "\"a\u{1F}\"", #"""#])
    func refusesBrokenStrings(_ text: String) {
        withSpan(text) { span in
            var failed = false
            do { _ = try span.jsonString(at: 0) } catch { failed = true }
            #expect(failed)
        }
    }
}
