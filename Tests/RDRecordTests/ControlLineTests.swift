import RDBytes
import RDRecord
import RDTesting
import Testing

@Suite struct ControlLineTests {
    /// As we write them, as `jq` and as `mlr` write them.
    @Test(arguments: [
        #"{"@rd":"open"}"#, #"{"@rd": "open", "v": 2}"#, #"{ "@rd": "close" }"#, "{\t\"@rd\":\"x\"}", #"{  "@rd" :1}"#,
    ])
    func knowsControlLines(_ text: String) {
        let isControl = withSpan(text) { $0.isControl }
        #expect(isControl)
    }

    @Test(arguments: [
        "", "{", "{}", "{\"", #"{"@rd""#, #"{"@rdx":1}"#, #"{"rd":"open"}"#, #"{"a":1,"@rd":"open"}"#, #"["@rd"]"#,
        #" {"@rd":"open"}"#, "{      ", "{ \"@r", #"{"invoice_no":"@rd"}"#,
    ])
    func knowsRecords(_ text: String) {
        let isControl = withSpan(text) { $0.isControl }
        #expect(!isControl)
    }

    /// No cut of a control line may be read past its end.
    @Test func looksNoFurtherThanTheLine() {
        for text in [#"{"@rd":"open"}"#, #"{   "@rd": "open"}"#] {
            let bytes = Array(text.utf8)
            for size in 0...bytes.count {
                let isControl = withSpan(bytes[..<size]) { $0.isControl }
                let hasName = text.prefix(size).contains("\"@rd\"")
                #expect(isControl == (hasName && size >= 7))
            }
        }
    }

    @Test(arguments: [("", true), (" \t\r", true), ("{}", false), ("  {}", false), ("\u{A0}", false)])
    func knowsBlankLines(_ text: String, _ expected: Bool) {
        let isBlank = withSpan(text) { $0.isBlankLine }
        #expect(isBlank == expected)
    }

    @Test(arguments: [
        ("open", ControlKind.open), ("source", .source), ("reject", .reject), ("metric", .metric), ("abort", .abort),
        ("close", .close),
    ])
    func knowsTheKinds(_ name: String, _ kind: ControlKind) throws {
        #expect(try controlLine(#"{ "@rd" : "\#(name)" }"#).kind == kind)
    }

    @Test func passesOnKindsItDoesNotKnow() throws {
        #expect(try controlLine(#"{"@rd":"watermark","x":1}"#).kind == nil)
        #expect(try controlLine(#"{"@rd":1}"#).kind == nil)
    }

    @Test func callsTheStreamBrokenWhereALineIsNoJSON() {
        let error = #expect(throws: RDError.self) { try controlLine(#"{"@rd":"close","run":"#) }
        #expect(error?.exitCode == .streamBroken)
    }
}

/// The control line with this text.
func controlLine(_ text: String) throws -> ControlLine {
    try withSpan(text) { try ControlLine($0) }
}
