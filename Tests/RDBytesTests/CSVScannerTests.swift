import RDBytes
import RDTesting
import Testing

/// Random tables, written by a writer of the test's own and read back.
@Suite struct CSVScannerTests {
    static let dialects: [CSVDialect] = [
        CSVDialect(), CSVDialect(delimiter: 0x3B), CSVDialect(delimiter: 0x09), CSVDialect(delimiter: 0x7C),
        CSVDialect(recordEnd: 0x0D), CSVDialect(quote: nil), CSVDialect(quote: 0x27),
    ]

    /// Cells that need quotes, cells that do not, empty ones and ones with line ends.
    static func randomTable(_ random: inout SeededRandom, _ dialect: CSVDialect) -> [[[UInt8]]] {
        let alphabet = dialect.quote == nil ? "abcé \"'x" : "abé \"',;\t|\r\n"
        let width = 1 + random.below(4)
        return (0..<1 + random.below(5)).map { _ in
            (0..<width).map { _ in random.bytes(upTo: random.oneIn(5) ? 40 : 6, of: alphabet) }
        }
    }

    static func write(_ table: [[[UInt8]]], _ dialect: CSVDialect, crlf: Bool, _ random: inout SeededRandom) -> [UInt8]
    {
        var text: [UInt8] = []
        for record in table {
            for (index, cell) in record.enumerated() {
                if index > 0 { text.append(dialect.delimiter) }
                let special: Set<UInt8> = [dialect.delimiter, dialect.quote ?? 0, 0x0A, 0x0D]
                guard let quote = dialect.quote, !special.isDisjoint(with: cell) || random.oneIn(4) else {
                    text += cell
                    continue
                }
                text.append(quote)
                for byte in cell { text += byte == quote ? [quote, quote] : [byte] }
                text.append(quote)
            }
            if crlf, dialect.recordEnd == 0x0A { text.append(0x0D) }
            text.append(dialect.recordEnd)
        }
        return text
    }

    /// The record at `start` with its cells' quotes undone; nil where it is not a whole one.
    static func record(_ text: [UInt8], _ start: Int, _ scanner: CSVScanner, atEnd: Bool) -> (
        cells: [[UInt8]], next: Int, lines: Int
    )? {
        withSpan(text) { span in
            var cells = CellTable()
            guard case .record(_, let next, let lines) = scanner.scan(span, from: start, atEnd: atEnd, into: &cells)
            else { return nil }
            let quote = scanner.dialect.quote ?? 0
            let contents = (0..<cells.count).map { index in
                let cell = cells[index]
                let content = Array(text[cell.range])
                return cell.doubled ? undouble(content, quote) : content
            }
            return (contents, next, lines)
        }
    }

    private static func undouble(_ content: [UInt8], _ quote: UInt8) -> [UInt8] {
        var result: [UInt8] = []
        var index = 0
        while index < content.count {
            result.append(content[index])
            index += content[index] == quote ? 2 : 1
        }
        return result
    }

    @Test(arguments: dialects)
    func readsBackRandomTables(_ dialect: CSVDialect) {
        var random = SeededRandom(UInt64(dialect.delimiter))
        let scanner = CSVScanner(dialect)
        for round in 0..<150 {
            let table = Self.randomTable(&random, dialect)
            var text = Self.write(table, dialect, crlf: round % 2 == 0, &random)
            let total = text.count { $0 == dialect.recordEnd }
            let lacksEnd = random.oneIn(3)
            if lacksEnd { text.removeLast() }
            var start = 0
            var lines = 0
            for expected in table where start < text.count {
                guard let found = Self.record(text, start, scanner, atEnd: true) else {
                    Issue.record("no record at \(start) of \(String(decoding: text, as: UTF8.self))")
                    return
                }
                #expect(found.cells == expected)
                start = found.next
                lines += found.lines
            }
            #expect(start == text.count)
            if !lacksEnd { #expect(lines == total) }
        }
    }

    /// The window ends at every byte: a record is either the same as in the whole text, or not whole yet.
    @Test(arguments: dialects)
    func neverGuessesWhereTheWindowEnds(_ dialect: CSVDialect) {
        var random = SeededRandom(20 + UInt64(dialect.delimiter))
        let scanner = CSVScanner(dialect)
        for round in 0..<25 {
            let text = Self.write(Self.randomTable(&random, dialect), dialect, crlf: round % 2 == 0, &random)
            var start = 0
            while start < text.count, let whole = Self.record(text, start, scanner, atEnd: true) {
                for end in start...text.count {
                    let part = Self.record(Array(text[..<end]), start, scanner, atEnd: false)
                    #expect(part?.cells == (end < whole.next ? nil : whole.cells), "\(end) of \(whole.next)")
                    if let part { #expect(part.next == whole.next && part.lines == whole.lines) }
                }
                start = whole.next
            }
            #expect(start == text.count)
        }
    }

    static func outcome(_ text: String, atEnd: Bool = true) -> CSVScanner.Outcome {
        withSpan(text) { span in
            var cells = CellTable()
            return CSVScanner(CSVDialect()).scan(span, from: 0, atEnd: atEnd, into: &cells)
        }
    }

    @Test func saysWhereAQuoteIsWrong() {
        #expect(Self.outcome("a,\"b") == .unclosedQuote(quote: 2))
        #expect(Self.outcome("a,\"b", atEnd: false) == .incomplete)
        #expect(Self.outcome("a,\"b\"c,d\n") == .strayQuote(quote: 4))
        #expect(Self.outcome("\"\"x\n") == .strayQuote(quote: 1))
        #expect(Self.outcome("\"a\"", atEnd: false) == .incomplete)
        #expect(Self.outcome("\"a\"\r", atEnd: false) == .incomplete)
        #expect(Self.outcome("\"a\"\rb") == .strayQuote(quote: 2))
    }

    @Test func takesAQuoteInsideACellAsText() {
        let scanner = CSVScanner(CSVDialect())
        let found = Self.record(Array("5\" nail,a\"\"b\n".utf8), 0, scanner, atEnd: false)
        #expect(found?.cells.map { String(decoding: $0, as: UTF8.self) } == ["5\" nail", "a\"\"b"])
    }

    @Test func readsWideRecords() {
        let text = Array((Array(repeating: "x", count: 500).joined(separator: ",") + "\n").utf8)
        let found = Self.record(text, 0, CSVScanner(CSVDialect()), atEnd: false)
        #expect(found?.cells.count == 500)
    }
}
