import RDBytes
import RDTesting
import Testing

@Suite struct JSONValueTests {
    @Test func readsBackRandomTrees() throws {
        var random = SeededRandom(7)
        for _ in 0..<1500 {
            let tree = random.json(depth: 4)
            #expect(try JSONValue(parsing: tree.text) == tree)
        }
    }

    @Test func readsAnyWhiteSpaceAndEscapes() throws {
        var random = SeededRandom(8)
        for _ in 0..<1500 {
            let tree = random.json(depth: 4)
            let text = random.loose(tree)
            #expect(try JSONValue(parsing: text) == tree, "\(text)")
        }
    }

    /// A document cut short is never one, but for a number at the top, which has no end of its own.
    @Test func refusesDocumentsCutAtEveryByte() {
        var random = SeededRandom(9)
        for _ in 0..<150 {
            let text = Array(JSONValue.array([random.json(depth: 3)]).text.utf8)
            for size in 0..<text.count {
                withSpan(text[..<size]) { span in
                    #expect(throws: JSONError.self) { try JSONValue(parsing: span) }
                }
            }
        }
    }

    /// Whatever is done to a document, reading it ends: with an error, or with a tree that is written and read back.
    @Test func survivesBrokenText() throws {
        var random = SeededRandom(10)
        for _ in 0..<4000 {
            var text = Array(random.loose(random.json(depth: 3)).utf8)
            for _ in 0...random.below(3) where !text.isEmpty {
                let place = random.below(text.count)
                switch random.below(3) {
                case 0: text.remove(at: place)
                case 1: text[place] = random.pick(Array("{}[],:\"\\u0e-+. \n".utf8))
                default: text.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            guard let tree = withSpan(text, { try? JSONValue(parsing: $0) }) else { continue }
            #expect(try JSONValue(parsing: tree.text) == tree)
        }
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "]", "[1,]", "[,1]", "[1 2]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "{1:2}",
        "nul", "nulll", "True", "01", "-", "+1", "1.", ".5", "1e", "1e+", "0x1", "NaN", "Infinity", "\"", "\"\\x\"",
        "\"\\u12\"", "'a'", "1 2", "[1]]", "\u{FEFF}1", "\"a\nb\"", "[\"a\",\n", "// 1",
    ])
    func refusesWhatIsNoJSON(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func refusesBytesThatAreNotUTF8() {
        withSpan([0x22, 0x41, 0xE9, 0x22]) { span in
            #expect(throws: JSONError(2, "UTF-8")) { try JSONValue(parsing: span) }
        }
    }

    @Test func saysWhereTheFlawIs() {
        #expect(throws: JSONError(5, "a value")) { try JSONValue(parsing: #"{"a":x}"#) }
        #expect(throws: JSONError(3, "',' or ']'")) { try JSONValue(parsing: "[1 2]") }
        #expect(throws: JSONError(2, "the end of the document")) { try JSONValue(parsing: "1 2") }
    }

    @Test func refusesDeepNesting() throws {
        let deepest = String(repeating: "[", count: 64) + String(repeating: "]", count: 64)
        _ = try JSONValue(parsing: deepest)
        #expect(throws: JSONError.self) { try JSONValue(parsing: "[\(deepest)]") }
        #expect(throws: JSONError.self) { try JSONValue(parsing: String(repeating: "[{\"a\":", count: 100_000)) }
    }

    @Test func keepsNumbersAsTheyAreWritten() throws {
        for text in ["0", "-0", "1.50", "1E+2", "123456789012345678901234567890.000000001"] {
            #expect(try JSONValue(parsing: text) == .number(text))
            #expect(JSONValue.number(text).text == text)
        }
    }

    @Test func givesItsMembers() throws {
        var value = try JSONValue(parsing: #"{"a":1,"b":"two","a":[true,null]}"#)
        #expect(value["a"]?.array == [true, .null])
        #expect(value["b"]?.string == "two")
        #expect(value["c"] == nil)
        value["c"] = 3
        value["b"] = nil
        value["a"] = false
        #expect(value.text == #"{"a":1,"a":false,"c":3}"#)
        #expect(value["c"]?.integer == 3 && value["c"]?.number == "3" && value["a"]?.bool == false)
    }
}
