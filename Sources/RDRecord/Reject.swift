public import RDBytes

/// Why a row was set aside. The codes are stable and documented in docs/stream.md.
public enum RejectCode: String, CaseIterable, Sendable {
    /// The record has more or fewer cells than the header.
    case raggedRow = "ragged_row"
    /// A quoted cell is never closed.
    case unclosedQuote = "unclosed_quote"
    /// Something stands between a closing quote and the next delimiter.
    case strayQuote = "stray_quote"
    /// A record or line over 1 MiB.
    case lineTooLong = "line_too_long"
    /// A NUL byte in the record.
    case nulByte = "nul_byte"
    /// Bytes that the encoding does not have.
    case badEncoding = "bad_encoding"
    /// A required value is empty.
    case missingValue = "missing_value"
    /// A value does not match its column's pattern.
    case badPattern = "bad_pattern"
    /// Not a whole number.
    case badInteger = "bad_integer"
    /// Not a decimal number.
    case badDecimal = "bad_decimal"
    /// A number that does not fit, or has more places than are kept.
    case numberOutOfRange = "number_out_of_range"
    /// Not a date and time.
    case badDatetime = "bad_datetime"
    /// A date outside the bounds.
    case dateOutOfRange = "date_out_of_range"
    /// A line of the stream that is not a JSON object.
    case badJSON = "bad_json"
    /// A member of the wrong JSON type.
    case badType = "bad_type"
    /// The key repeats that of an earlier row.
    case duplicate = "duplicate"
    /// Quantity times price does not fit.
    case amountOutOfRange = "amount_out_of_range"
    /// line_total is not quantity times unit_price, or net_amount is neither it nor its negative.
    case amountMismatch = "amount_mismatch"
    /// The transaction type is not one of the list.
    case badTransactionType = "bad_transaction_type"

    /// Where the code stands in `allCases`, for counting.
    public var index: Int { Self.allCases.firstIndex(of: self)! }
}

/// Why a row cannot go on.
public struct RowFlaw: Error, Equatable, Sendable {
    /// The code of its reject.
    public var code: RejectCode
    /// The column; nil for the row.
    public var field: String?
    /// What is wrong, in a few words.
    public var detail: String

    /// A flaw of a row.
    public init(code: RejectCode, field: String?, detail: String) {
        self.code = code
        self.field = field
        self.detail = detail
    }

    /// The flaw of a text that has a NUL character, which the warehouse cannot hold.
    @inline(never) public static func nulByte(_ field: String) -> RowFlaw {
        RowFlaw(code: .nulByte, field: field, detail: "the value has a NUL byte")
    }
}

/// A row that was set aside, as its `reject` line carries it.
public struct Reject {
    /// The longest raw text that a reject carries.
    public static let rawLimit = 4096

    /// Which stage set it aside.
    public var stage: StaticString
    /// The line of the source, from 1; nil where it is not known.
    public var line: Int?
    /// Bytes from the start of the source; nil where they are not known.
    public var offset: Int?
    /// Why.
    public var code: RejectCode
    /// The column that is wrong; nil where it is the row.
    public var field: String?
    /// What is wrong with it, in a few words.
    public var detail: String

    /// A row set aside.
    public init(
        stage: StaticString, line: Int?, offset: Int? = nil, code: RejectCode, field: String? = nil, detail: String
    ) {
        self.stage = stage
        self.line = line
        self.offset = offset
        self.code = code
        self.field = field
        self.detail = detail
    }

    /// Appends the `reject` line with the row's bytes, cut to 4 KiB and marked where they are cut. Bytes that are not
    /// UTF-8 are repaired. `size` is the row's whole size where `raw` is only its head.
    public func append(to out: inout ByteBuffer, raw: RawSpan, size: Int? = nil) {
        let whole = size ?? raw.byteCount
        out.append(#"{"@rd":"reject","stage":""#)
        out.append(stage)
        out.append(#"","line":"#)
        if let line { out.append(integer: Int64(line)) } else { out.append("null") }
        out.append(#","offset":"#)
        if let offset { out.append(integer: Int64(offset)) } else { out.append("null") }
        out.append(#","code":""#)
        out.append(text: code.rawValue)
        out.append(#"","field":"#)
        if let field { out.appendQuoted(field) } else { out.append("null") }
        out.append(#","detail":"#)
        out.appendQuoted(detail)
        out.append(#","raw":"#)
        let cut = whole > Reject.rawLimit
        out.appendQuoted(raw.text(0..<min(raw.byteCount, Reject.rawLimit)))
        if cut {
            out.append(#","raw_bytes":"#)
            out.append(integer: Int64(whole))
            out.append(#","raw_cut":true"#)
        }
        out.append("}\n")
    }
}

/// How often each code came.
public struct RejectCounts: Equatable, Sendable {
    private var counts = [Int](repeating: 0, count: RejectCode.allCases.count)
    /// All codes together.
    public private(set) var total = 0

    /// None yet.
    public init() {}

    /// Counts one.
    public mutating func add(_ code: RejectCode) {
        counts[code.index] += 1
        total += 1
    }

    /// The codes that came, with their counts, in the order of `RejectCode`.
    public var present: [(code: RejectCode, count: Int)] {
        zip(RejectCode.allCases, counts).filter { $0.1 > 0 }.map { (code: $0.0, count: $0.1) }
    }
}
