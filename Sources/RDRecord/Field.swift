public import RDBytes

/// The members of a sales record on its way through the filters, by their slot in `recordScanner`.
///
/// The first eight are the source's columns under their canonical names, in the order the stream carries them; the
/// others are ours. docs/stream.md is the contract.
public enum Field {
    /// The invoice.
    public static let invoiceNo = 0
    /// The product's natural key.
    public static let stockCode = 1
    /// The product's name.
    public static let description = 2
    /// Pieces.
    public static let quantity = 3
    /// When the invoice was written.
    public static let invoiceDate = 4
    /// The price of one piece.
    public static let unitPrice = 5
    /// The customer's natural key.
    public static let customerID = 6
    /// The customer's country.
    public static let country = 7
    /// Which of several rows of one product on one invoice this is; absent for the first.
    public static let lineNo = 8
    /// What the row is: see `TransactionType`.
    public static let transactionType = 9
    /// -1 or 1 where the sign of the money is not the transaction type's own.
    public static let sign = 10
    /// Columns whose value was made up, as an array of names.
    public static let imputed = 11
    /// Columns whose value lies outside the bounds, as an array of names.
    public static let outlier = 12
    /// The line of the source that the record begins on, from 1.
    public static let line = 13
    /// Present on records that `rd-transform` wrote.
    public static let fact = 14
    /// Present on dimension members.
    public static let dim = 15
    /// True where the description is a note about stock and no name of goods; absent otherwise.
    public static let note = 16

    /// The names of the slots, in the order that `rd-clean` writes them.
    public static let names = [
        "invoice_no", "stock_code", "description", "quantity", "invoice_date", "unit_price", "customer_id", "country",
        "line_no", "transaction_type", "sign", "imputed", "outlier", "line", "fact", "dim",
        "note",
    ]

    /// The source's columns, in their canonical order.
    public static let source = Array(names[..<8])
}

/// The members of a fact, by their slot in `factScanner`, in the order that `rd-transform` writes them.
public enum FactField {
    /// Always `sales`.
    public static let fact = 0
    /// The invoice.
    public static let invoiceNo = 1
    /// The product's natural key.
    public static let stockCode = 2
    /// Which of several lines of one product on one invoice this is.
    public static let lineNo = 3
    /// The customer's natural key.
    public static let customerID = 4
    /// The customer's country.
    public static let country = 5
    /// When the sale was made.
    public static let transactionDatetime = 6
    /// Its day as yyyymmdd.
    public static let dateKey = 7
    /// Pieces.
    public static let quantity = 8
    /// The price of one piece.
    public static let unitPrice = 9
    /// Money of the facts without its sign.
    public static let lineTotal = 10
    /// Signed money of the facts.
    public static let netAmount = 11
    /// What the row is: see `TransactionType`.
    public static let transactionType = 12
    /// The line of the source.
    public static let line = 13

    /// The names of the slots.
    public static let names = [
        "fact", "invoice_no", "stock_code", "line_no", "customer_id", "country", "transaction_datetime", "date_key",
        "quantity", "unit_price", "line_total", "net_amount", "transaction_type", "line",
    ]
}

/// The members of a dimension member's line, by their slot in `memberScanner`.
public enum MemberField {
    /// Present on dimension members.
    public static let dim = 0
    /// The customer's natural key.
    public static let customerID = 1
    /// The customer's country.
    public static let country = 2
    /// The customer's name; null where the source has none.
    public static let customerName = 3
    /// From when on the member holds.
    public static let effectiveDate = 4
    /// The product's natural key.
    public static let stockCode = 5
    /// The product's name.
    public static let description = 6
    /// The price of one piece.
    public static let unitPrice = 7
    /// When the product was last sold.
    public static let lastSoldAt = 8
    /// The country's name.
    public static let countryName = 9
    /// The business time of the description; null where there is none.
    public static let describedAt = 10
    /// The business time of the price; null where there is none.
    public static let pricedAt = 11
    /// True where the description is a note about stock and not a name.
    public static let isNote = 12

    /// The names of the slots.
    public static let names = [
        "dim", "customer_id", "country", "customer_name", "effective_date", "stock_code", "description", "unit_price",
        "last_sold_at", "country_name", "described_at", "priced_at", "is_note",
    ]
}

/// Reads raw and cleaned records.
public let recordScanner = RecordScanner(names: Field.names)
/// Reads facts.
public let factScanner = RecordScanner(names: FactField.names)
/// Reads dimension members.
public let memberScanner = RecordScanner(names: MemberField.names)

/// What a record's members say about how far it has come.
public enum RecordShape: Equatable, Sendable {
    /// As `rd-ingest` writes it, or any other tool.
    case raw
    /// Cleaned: it has a transaction type.
    case cleaned
    /// A fact of `rd-transform`.
    case fact
    /// A dimension member of `rd-transform`.
    case member

    /// The shape of the record in `line`, told from its first member where that is ours and else from `table`.
    public init(_ table: FieldTable) {
        if table[Field.fact].kind != .absent {
            self = .fact
        } else if table[Field.dim].kind != .absent {
            self = .member
        } else {
            self = table[Field.transactionType].isMissing ? .raw : .cleaned
        }
    }
}

extension RawSpan {
    /// True where the text, in UTF-8, has an upper case letter.
    public var hasUpperCase: Bool {
        for index in 0..<byteCount {
            let byte = self[index]
            if byte &- 0x41 < 26 { return true }
            if byte >= 0x80 { return text(index..<byteCount).unicodeScalars.contains(where: \.properties.isUppercase) }
        }
        return false
    }
}
