import RDBytes
import RDRecord

/// The values of a row that the rules decide on.
struct Row {
    var quantity: Int64
    var price: Int64
    /// Quantity times price, signed, in ten-thousandths.
    var amount: Int64
    var invoice: Range<Int>
    var stockCode: Range<Int>
    /// The type that the record brings; nil where it is to be told.
    var type: TransactionType?
}

/// What stands in for missing values, ready to be written.
struct Placeholders {
    let values: [[UInt8]?]
    /// True where every column that may be empty has one.
    let areComplete: Bool

    init(_ rules: CleaningRules) {
        values = Field.source.map { column in
            rules.imputed(column).map { value in
                var bytes = ByteBuffer(capacity: 32)
                Array(value.utf8).withUnsafeBytes { bytes.appendEscaped($0.bytes) }
                return bytes.withBytes { Array($0) }
            }
        }
        areComplete = [Field.description, Field.customerID, Field.country].allSatisfy { [values] in values[$0] != nil }
    }
}

extension CleanStage {
    /// Reads what the money is made of, and the codes.
    @inline(__always) mutating func values(_ line: RawSpan) throws(RowFlaw) -> Row {
        let quantity = try table.integer(line, Field.quantity)
        let price = try table.decimal(line, Field.unitPrice)
        let (product, overflow) = quantity.multipliedReportingOverflow(by: price)
        guard !overflow, product != .min, quantity != .min, price != .min else {
            throw RowFlaw(code: .amountOutOfRange, field: nil, detail: "quantity times unit_price does not fit")
        }
        var row = Row(quantity: quantity, price: price, amount: product, invoice: 0..<0, stockCode: 0..<0)
        guard let invoice = try table.text(line, Field.invoiceNo) else { throw table.missing(Field.invoiceNo) }
        guard let stockCode = try table.text(line, Field.stockCode) else { throw table.missing(Field.stockCode) }
        row.invoice = invoice
        row.stockCode = stockCode
        if !table[Field.transactionType].isMissing { try takeType(line, &row) }
        return row
    }

    /// A row that was cleaned before keeps its type and its sign.
    @inline(never) private mutating func takeType(_ line: RawSpan, _ row: inout Row) throws(RowFlaw) {
        let value = table[Field.transactionType]
        guard value.isString, let type = TransactionType(line, value.range) else {
            throw RowFlaw(
                code: .badTransactionType, field: "transaction_type",
                detail: "\(line.shortText(value.outer)) is not a transaction type")
        }
        row.type = type
        let sign = table[Field.sign].isMissing ? type.usualSign : try table.integer(line, Field.sign)
        row.amount = sign < 0 ? -abs(row.amount) : abs(row.amount)
    }

    /// Bytes that the rules may add to a record, so that what follows stays within the limit of a line.
    static var room: Int { 4096 }

    /// Checks the codes against the schema's patterns, the date, and all else that may set the row aside: a row that
    /// is must not count as the first of its key.
    @inline(__always) mutating func check(_ line: RawSpan, _ row: Row) throws(RowFlaw) {
        guard line.byteCount <= longestLine - Self.room else { throw tooLong(line) }
        try checkText(line, Field.description)
        try checkText(line, Field.customerID)
        try checkText(line, Field.country)
        if !invoiceRule.matches(line, row.invoice) {
            throw unmatched(line, row.invoice, Field.invoiceNo)
        }
        if !stockCodeRule.matches(line, row.stockCode) {
            throw unmatched(line, row.stockCode, Field.stockCode)
        }
        guard let written = try table.text(line, Field.invoiceDate) else { throw table.missing(Field.invoiceDate) }
        try date.read(line, written)
    }

    @inline(__always) private mutating func checkText(_ line: RawSpan, _ slot: Int) throws(RowFlaw) {
        if table[slot].kind != .string || !placeholders.areComplete { try checkUnusualText(line, slot) }
    }

    @inline(never) private mutating func checkUnusualText(_ line: RawSpan, _ slot: Int) throws(RowFlaw) {
        if try table.text(line, slot) == nil, placeholders.values[slot] == nil { throw table.missing(slot) }
    }

    @inline(never) private mutating func tooLong(_ line: RawSpan) -> RowFlaw {
        RowFlaw(
            code: .lineTooLong, field: nil,
            detail: "the record is \(line.byteCount) bytes, which leaves no room for what is added")
    }

    @inline(never) private mutating func unmatched(_ line: RawSpan, _ range: Range<Int>, _ slot: Int) -> RowFlaw {
        RowFlaw(
            code: .badPattern, field: Field.names[slot],
            detail: "'\(line.shortText(range))' does not match \(schema[slot].patternText ?? "")")
    }

    /// The key, its columns parted by a byte that no JSON string holds.
    @inline(__always) mutating func makeKey(_ line: RawSpan, _ row: Row) {
        if isPairKey { return makePair(line, row) }
        makeWideKey(line)
    }

    @inline(__always) mutating func makePair(_ line: RawSpan, _ row: Row) {
        keyBytes.removeAll()
        keyBytes.append(line, row.invoice)
        keyBytes.append(0x1F)
        keyBytes.append(line, row.stockCode)
    }

    @inline(never) private mutating func makeWideKey(_ line: RawSpan) {
        keyBytes.removeAll()
        for slot in settings.dedupe == .exact ? Array(0..<8) : settings.key {
            switch slot {
            case Field.invoiceDate: date.append(to: &keyBytes)
            case Field.quantity: if let value = try? table.integer(line, slot) { keyBytes.append(integer: value) }
            case Field.unitPrice: if let value = try? table.decimal(line, slot) { keyBytes.append(integer: value) }
            default:
                let range = (try? table.text(line, slot)) ?? nil
                if let range { keyBytes.append(line, range) } else { keyBytes.append(0x1E) }
            }
            keyBytes.append(0x1F)
        }
    }
}
