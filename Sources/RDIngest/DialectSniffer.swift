public import RDBytes
public import RDRecord

/// Finds out from the first bytes of a text how its records and cells are told apart.
public struct DialectSniffer {
    /// What was found.
    public struct Finding {
        /// How records and cells are told apart.
        public var dialect: CSVDialect
        /// The names of the header.
        public var header: [String]
        /// What was decided, with the evidence.
        public var decisions: [Decision]
    }

    private let schema: SalesSchema
    private let pins: IngestPins
    private let file: String
    private static let delimiters: [(byte: UInt8, name: String)] = [
        (0x2C, "comma"), (0x3B, "semicolon"), (0x09, "tab"), (0x7C, "pipe"),
    ]

    /// A sniffer for texts of this schema.
    public init(schema: SalesSchema, pins: IngestPins, file: String) {
        self.schema = schema
        self.pins = pins
        self.file = file
    }

    /// Looks at `prefix`, which begins after any byte order mark and is of `encoding`, or UTF-8 where that was UTF-16.
    /// Text in which no delimiter can be found is exit 65.
    public func sniff(_ prefix: RawSpan, _ encoding: TextEncoding, atEnd: Bool) throws(RDError) -> Finding {
        let (recordEnd, lineEnd) = self.lineEnd(prefix)
        let (quote, quoteDecision) = self.quote(prefix, recordEnd)
        var best: (score: Int, dialect: CSVDialect, name: String, header: [String])?
        for (byte, name) in candidates {
            let dialect = CSVDialect(delimiter: byte, quote: quote, recordEnd: recordEnd)
            let header = names(prefix, encoding, dialect, atEnd)
            let score = Header.matches(header, schema) * 1000 + min(header.count, 999)
            if best == nil || score > best!.score { best = (score, dialect, name, header) }
        }
        guard let best else { throw RDError(.usage, "no delimiter to try") }
        if best.header.count < 2, pins.delimiter == nil {
            throw RDError(
                .data,
                "\(file): the delimiter cannot be told: the first line '\(shown(best.header))' has no comma, semicolon, "
                    + "tab or pipe", remedy: "give it with --delimiter, or check that this is a delimited text")
        }
        let matched = Header.matches(best.header, schema)
        let why =
            pins.delimiter != nil
            ? Decision.pinned
            : "with \(best.name) the header has \(best.header.count) cells, \(matched) of them known columns"
        return Finding(
            dialect: best.dialect, header: best.header,
            decisions: [
                Decision("delimiter", text(best.dialect.delimiter), evidence: why, flag: "--delimiter"), quoteDecision,
                lineEnd,
            ])
    }

    private var candidates: [(byte: UInt8, name: String)] {
        guard let pinned = pins.delimiter else { return Self.delimiters }
        return [(pinned, "the delimiter given")]
    }

    private func text(_ byte: UInt8) -> String { String(decoding: [byte], as: UTF8.self) }
    private func shown(_ header: [String]) -> String { String((header.first ?? "").prefix(60)) }

    private func lineEnd(_ prefix: RawSpan) -> (UInt8, Decision) {
        let all = 0..<prefix.byteCount
        let flag = "none needed: LF, CRLF and CR are all taken"
        guard let lf = prefix.firstIndex(of: 0x0A, in: all) else {
            if let cr = prefix.firstIndex(of: 0x0D, in: all) {
                return (0x0D, Decision("line_end", "cr", evidence: "CR at byte \(cr), no LF", flag: flag))
            }
            return (0x0A, Decision("line_end", "lf", evidence: "no line end seen", flag: flag))
        }
        let isCRLF = lf > 0 && prefix[lf - 1] == 0x0D
        return (0x0A, Decision("line_end", isCRLF ? "crlf" : "lf", evidence: "first LF at byte \(lf)", flag: flag))
    }

    private func quote(_ prefix: RawSpan, _ recordEnd: UInt8) -> (UInt8?, Decision) {
        if let pinned = pins.quote {
            let value = pinned.map(text) ?? "none"
            return (pinned, Decision("quote", value, evidence: Decision.pinned, flag: "--quote"))
        }
        let single = prefix.byteCount > 0 && prefix[0] == 0x27
        let byte: UInt8 = single ? 0x27 : 0x22
        let seen = prefix.firstIndex(of: byte, in: 0..<prefix.byteCount)
        let why =
            single
            ? "the header begins with a single quote"
            : seen.map { "first double quote at byte \($0)" } ?? "RFC 4180's; none seen in \(prefix.byteCount) bytes"
        return (byte, Decision("quote", text(byte), evidence: why, flag: "--quote"))
    }

    private func decoded(_ prefix: RawSpan, _ range: Range<Int>, _ encoding: TextEncoding) -> String {
        var text = ByteBuffer(capacity: 2 * range.count + 8)
        text.appendDecoded(prefix, range, from: encoding)
        return text.text
    }

    /// The names in the first record.
    private func names(_ prefix: RawSpan, _ encoding: TextEncoding, _ dialect: CSVDialect, _ atEnd: Bool) -> [String] {
        var cells = CellTable()
        guard case .record = CSVScanner(dialect).scan(prefix, from: 0, atEnd: atEnd, into: &cells) else { return [] }
        return (0..<cells.count).map { index in
            let cell = cells[index]
            let range = prefix.trimmed(cell.range)
            let name = encoding.isSingleByte ? decoded(prefix, range, encoding) : prefix.text(range)
            guard cell.doubled, let quote = dialect.quote else { return name }
            let one = text(quote)
            return name.split(separator: one + one, omittingEmptySubsequences: false).joined(separator: one)
        }
    }
}
