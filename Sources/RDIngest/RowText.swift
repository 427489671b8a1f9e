import RDBytes
import RDRecord

/// Watches the text of rows: NUL bytes, the encoding as it is decided or contradicted, doubled quotes.
struct RowText {
    /// How the cells of a row become UTF-8 without doubled quotes.
    struct Rewrite {
        let encoding: TextEncoding
        let quote: UInt8

        /// Appends the content of `cell`.
        func append(_ window: RawSpan, _ cell: CSVCell, to out: inout ByteBuffer) {
            guard cell.doubled else { return decode(window, cell.range, to: &out) }
            var index = cell.start
            while let next = window.firstIndex(of: quote, in: index..<cell.end) {
                decode(window, index..<next + 1, to: &out)
                index = next + 2
            }
            if index < cell.end { decode(window, index..<cell.end, to: &out) }
        }

        private func decode(_ window: RawSpan, _ range: Range<Int>, to out: inout ByteBuffer) {
            if encoding.isSingleByte {
                out.appendDecoded(window, range, from: encoding)
            } else {
                out.append(window, range)
            }
        }
    }

    private var state: EncodingState
    private let isPinned: Bool
    private let quote: UInt8
    private var newDecision: Decision?
    /// What ends the run: the encoding is not the one that was decided.
    private(set) var problem: RDError?

    init(_ state: EncodingState, isPinned: Bool, _ dialect: CSVDialect) {
        self.state = state
        self.isPinned = isPinned
        quote = dialect.quote ?? 0
    }

    /// The decision about the encoding that the last row brought.
    mutating func takeNewDecision() -> Decision? {
        guard newDecision != nil else { return nil }
        defer { newDecision = nil }
        return newDecision
    }

    /// How the row must be rewritten before it is converted; nil where it can be taken as it stands.
    @inline(__always)
    mutating func needsRewrite(
        _ window: RawSpan, _ range: Range<Int>, _ cells: borrowing CellTable, line: Int, _ file: String
    ) throws(RowConverter.Flaw) -> Rewrite? {
        let survey = window.survey(range)
        if survey.hasNUL {
            throw RowConverter.Flaw(code: .nulByte, field: nil, detail: "the row has a NUL byte")
        }
        if survey.isASCII {
            return cells.hasDoubledQuotes ? Rewrite(encoding: .utf8, quote: quote) : nil
        }
        return try decideRewrite(window, range, cells, line, file)
    }

    @inline(never)
    private mutating func decideRewrite(
        _ window: RawSpan, _ range: Range<Int>, _ cells: borrowing CellTable, _ line: Int, _ file: String
    ) throws(RowConverter.Flaw) -> Rewrite? {
        let invalid = window.firstInvalidUTF8(in: range)
        if state == .undecided { decide(window, range, invalid, line) }
        guard case .decided(let encoding, let proof) = state else { return nil }
        switch encoding {
        case .latin1, .windows1252:
            if encoding == .latin1, let proof, let byte = firstC1(window, range) {
                problem = contradiction(
                    proof, "a byte of 0x80 to 0x9F at column \(byte - range.lowerBound + 1)", line, file)
                throw RowConverter.Flaw(code: .badEncoding, field: nil, detail: "")
            }
            return Rewrite(encoding: encoding, quote: quote)
        default:
            if let invalid {
                let where_ = "byte \(invalid - range.lowerBound + 1) of the row is not UTF-8"
                if let proof { problem = contradiction(proof, where_, line, file) }
                throw RowConverter.Flaw(code: .badEncoding, field: nil, detail: where_)
            }
            return cells.hasDoubledQuotes ? Rewrite(encoding: .utf8, quote: quote) : nil
        }
    }

    private mutating func decide(_ window: RawSpan, _ range: Range<Int>, _ invalid: Int?, _ line: Int) {
        let encoding: TextEncoding =
            invalid == nil ? .utf8 : firstC1(window, range) != nil ? .windows1252 : .latin1
        let why = "line \(line) has the first bytes above 0x7F, and they are \(invalid == nil ? "" : "not ")UTF-8"
        state = .decided(encoding, proof: why)
        newDecision = Decision("encoding", encoding.rawValue, evidence: why, flag: "--encoding")
    }

    private func firstC1(_ window: RawSpan, _ range: Range<Int>) -> Int? {
        range.first { (0x80..<0xA0).contains(window[$0]) }
    }

    private func contradiction(_ proof: String, _ found: String, _ line: Int, _ file: String) -> RDError {
        RDError(
            .data, "\(file): the encoding is not one: \(proof), but line \(line): \(found)",
            remedy: "pin it with --encoding utf-8, iso-8859-1 or windows-1252; rows that are not of it are set aside")
    }

    /// Appends a row's bytes as UTF-8, for a reject.
    func appendReadable(_ raw: RawSpan, to out: inout ByteBuffer) {
        if case .decided(let encoding, _) = state, encoding.isSingleByte {
            out.appendDecoded(raw, 0..<raw.byteCount, from: encoding)
        } else {
            out.append(raw)
        }
    }
}

extension RawSpan {
    /// Whether `range` has a NUL byte, and whether all of it is ASCII, in one pass.
    @inline(__always) func survey(_ range: Range<Int>) -> (isASCII: Bool, hasNUL: Bool) {
        var index = range.lowerBound
        var high: UInt64 = 0
        var zero: UInt64 = 0
        let low: UInt64 = 0x0101_0101_0101_0101
        while index &+ 8 <= range.upperBound {
            let word = word(at: index)
            high |= word
            zero |= (word &- low) & ~word
            index &+= 8
        }
        while index < range.upperBound {
            let byte = self[index]
            high |= UInt64(byte)
            if byte == 0 { zero = .max }
            index &+= 1
        }
        return (high & 0x8080_8080_8080_8080 == 0, zero & 0x8080_8080_8080_8080 != 0)
    }
}
