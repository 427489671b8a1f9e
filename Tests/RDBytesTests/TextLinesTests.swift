import RDBytes
import Testing

@Suite struct TextLinesTests {
    @Test(arguments: [
        ("a\nb", ["a", "b"]), ("a\r\nb\r\n", ["a", "b", ""]), ("", []), ("\r\n\n", ["", "", ""]),
        ("a\rb\n", ["a\rb", ""]),
        ("\u{301}\r\n\u{301}", ["\u{301}", "\u{301}"]),
    ])
    func splitsAtBothKindsOfLineEnd(_ text: String, _ expected: [String]) {
        #expect(textLines(text.utf8) == (expected.isEmpty ? [""] : expected))
    }
}
