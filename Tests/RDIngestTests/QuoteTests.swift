import RDBytes
import RDIngest
import RDTesting
import Testing

@Suite struct QuoteTests {
    private func described(_ cell: String) -> Ingested {
        ingest(header + row.replacing("WHITE HEART", with: cell) + row)
    }

    @Test(arguments: [
        ("\"A,B\"", "A,B"), ("\"A\"\"B\"", "A\"B"), ("\"\"\"\"", "\""), ("\"\"\"A\"\"\"", "\"A\""),
        ("\"A\nB\"", "A\nB"), ("\"A\r\nB\"", "A\r\nB"), ("5\" NAIL", "5\" NAIL"), ("A\"\"B", "A\"\"B"),
        ("\"A;B|C\"", "A;B|C"), ("'A'", "'A'"), (" \"A\"", " \"A\""),
    ])
    func cells(cell: String, text: String) {
        let result = described(cell)
        #expect(result.error == nil)
        #expect(result.records.first?["description"]?.string == text)
        #expect(result.records.count == 2)
    }

    @Test(arguments: ["\"A\" ", "\"A\"B", "\"A\"\"B\"C", "\"\"A"]) func strayQuotes(cell: String) throws {
        let result = described(cell)
        #expect(result.rejects == ["2 stray_quote"])
        #expect(result.records.map { $0["line"]?.integer } == [3])
        let reject = try #require(result.control("reject").first)
        #expect(reject["raw"]?.string == String(row.replacing("WHITE HEART", with: cell).dropLast()))
        #expect(reject["detail"]?.string?.contains("(byte ") == true)
    }

    @Test func afterAnUnclosedQuoteEachLineIsRead() {
        let result = ingest(header + row.replacing("WHITE", with: "\"WHITE") + row + "1,2\n" + row)
        #expect(result.rejects == ["2 unclosed_quote", "4 ragged_row"])
        #expect(result.records.map { $0["line"]?.integer } == [3, 5])
        #expect(result.ledger?["in"]?.integer == 4)
    }

    @Test func singleQuotes() {
        let names = header.dropLast().split(separator: ",").map { "'\($0)'" }.joined(separator: ",")
        let result = ingest(names + "\n" + row.replacing("WHITE HEART", with: "'A, ''B'' \"C\"\nD'"))
        #expect(result.open?["source"]?["quote"]?.string == "'")
        #expect(result.records.first?["description"]?.string == "A, 'B' \"C\"\nD")
    }

    @Test func pinnedQuotes() {
        let single = ingest(header + row.replacing("WHITE HEART", with: "'A,B'")) { $0.pins.quote = .some(0x27) }
        #expect(single.records.first?["description"]?.string == "A,B")
        let none = ingest(header + row.replacing("WHITE HEART", with: "\"A")) { $0.pins.quote = .some(nil) }
        #expect(none.records.first?["description"]?.string == "\"A")
        #expect(none.open?["source"]?["quote"]?.string == "none")
    }

    @Test func pinnedDelimiters() {
        let result = ingest((header + row).replacing(",", with: "^")) { $0.pins.delimiter = UInt8(ascii: "^") }
        #expect(result.records.count == 1)
        #expect(result.open?["source"]?["evidence"]?["delimiter"]?["why"]?.string == "given on the command line")
        let wrong = ingest(header + row) { $0.pins.delimiter = 0x3B }
        #expect(wrong.error?.message.contains("lacks invoice_no") == true)
        #expect(ingest("just a text\nof two lines\n").error?.message.contains("delimiter cannot be told") == true)
    }

    /// Rows of any text, written by RFC 4180, come back as they were, in pieces of any size.
    @Test(arguments: [0x2C, 0x3B, 0x09, 0x7C] as [UInt8]) func whatIsWrittenIsRead(delimiter: UInt8) {
        var random = SeededRandom(UInt64(delimiter))
        let mark = String(UnicodeScalar(delimiter))
        let texts = (0..<60).map { _ in
            String(String.UnicodeScalarView(random.text(upTo: 20).unicodeScalars.filter { $0 != "\0" })) + "x"
        }
        var file = header.replacing(",", with: mark)
        for text in texts {
            // By scalars: a quote may have a combining character after it.
            let doubled = text.unicodeScalars.map { $0 == "\"" ? "\"\"" : String($0) }.joined()
            let quoted = "\"\(doubled)\""
            let cells = row.split(separator: ",").map(String.init)
            file += (cells[..<2] + [quoted] + cells[3...]).joined(separator: mark)
        }
        let whole = ingest(file)
        #expect(whole.error == nil)
        #expect(whole.records.map { $0["description"]?.string } == texts)
        for step in [1, 2, 3, 5, 8, 13, 64, 1021] { #expect(ingest(file, step: step).lines == whole.lines) }
    }

    @Test func everyDecisionHasItsEvidenceAndFlag() throws {
        let source = try #require(ingest(header + row).open?["source"])
        let evidence = try #require(source["evidence"]?.members)
        #expect(
            evidence.map(\.name) == ["encoding", "delimiter", "quote", "line_end", "date_order", "decimal_mark"])
        for (name, entry) in evidence.map({ ($0.name, $0.value) }) {
            #expect(source[name]?.string?.isEmpty == false)
            #expect(entry["why"]?.string?.isEmpty == false)
            #expect(entry["flag"]?.string?.isEmpty == false)
        }
        #expect(evidence.first { $0.name == "decimal_mark" }?.value["why"]?.string == "line 2: 2.55")
    }
}
