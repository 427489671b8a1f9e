import RDBytes
import RDRecord

/// A fact as its line has it: where its texts stand, and its exact numbers.
struct FactLine {
    var customer: FieldValue
    var country: FieldValue
    var product: FieldValue
    var invoice: FieldValue
    var quantity: Int64
    var price: Int64
    var total: Int64
    var net: Int64
    var type: TransactionType
    var lineNo: Int32
    var sourceLine: Int32?

    /// Reads a fact; its date goes to `date`. `net` is also set in `amount` as soon as it is known.
    @inline(__always)
    init(_ line: RawSpan, _ table: FieldTable, _ date: inout DateMemory, amount: inout Int64) throws(RowFlaw) {
        net = try Self.decimal(line, table, FactField.netAmount)
        amount = net
        quantity = try Self.integer(line, table, FactField.quantity)
        price = try Self.decimal(line, table, FactField.unitPrice)
        total = try Self.decimal(line, table, FactField.lineTotal)
        let (product, overflow) = quantity.multipliedReportingOverflow(by: price)
        guard !overflow, product == total, net == total || net == -total else {
            throw RowFlaw(
                code: .amountMismatch, field: nil,
                detail: "line_total is not quantity x unit_price, or net_amount is neither it nor its negative")
        }
        guard quantity >= 0, price >= 0 else {
            throw RowFlaw(code: .numberOutOfRange, field: nil, detail: "quantity or unit_price is negative")
        }
        customer = try Self.name(line, table, FactField.customerID)
        country = try Self.name(line, table, FactField.country)
        self.product = try Self.name(line, table, FactField.stockCode)
        invoice = try Self.name(line, table, FactField.invoiceNo)
        guard let type = TransactionType(line, try Self.text(table, FactField.transactionType).range) else {
            throw RowFlaw(
                code: .badTransactionType, field: "transaction_type",
                detail: "'\(line.shortText(table[FactField.transactionType].range))' is not a transaction type")
        }
        self.type = type
        let number = table[FactField.lineNo].isMissing ? 1 : try Self.integer(line, table, FactField.lineNo)
        guard number > 0, let small = Int32(exactly: number) else {
            throw RowFlaw(code: .numberOutOfRange, field: "line_no", detail: "'\(number)' is not a line number")
        }
        lineNo = small
        let place = table[FactField.line]
        sourceLine = place.kind == .number ? line.integer(place.range).flatMap { Int32(exactly: $0) } : nil
        try date.read(line, try Self.text(table, FactField.transactionDatetime).range)
    }

    @inline(__always)
    private static func text(_ table: FieldTable, _ slot: Int) throws(RowFlaw) -> FieldValue {
        let value = table[slot]
        guard value.isString, value.end > value.start else { throw unreadable(table, slot, "a text") }
        return value
    }

    /// A text that goes into the warehouse as it is.
    @inline(__always)
    private static func name(_ line: RawSpan, _ table: FieldTable, _ slot: Int) throws(RowFlaw) -> FieldValue {
        let value = try text(table, slot)
        if value.kind == .escapedString, line.hasEscapedNul(value.range) { throw .nulByte(FactField.names[slot]) }
        return value
    }

    @inline(__always)
    private static func integer(_ line: RawSpan, _ table: FieldTable, _ slot: Int) throws(RowFlaw) -> Int64 {
        let value = table[slot]
        if value.kind == .number, let number = line.integer(value.range) { return number }
        guard !value.isMissing, let scaled = try? Decimal4.parse(line, value.range), scaled % Decimal4.scale == 0 else {
            throw unreadable(table, slot, "a whole number")
        }
        return scaled / Decimal4.scale
    }

    @inline(__always)
    private static func decimal(_ line: RawSpan, _ table: FieldTable, _ slot: Int) throws(RowFlaw) -> Int64 {
        let value = table[slot]
        guard !value.isMissing, let number = try? Decimal4.parse(line, value.range) else {
            throw unreadable(table, slot, "a decimal with at most four places")
        }
        return number
    }

    @inline(never) private static func unreadable(_ table: FieldTable, _ slot: Int, _ expected: String) -> RowFlaw {
        let name = FactField.names[slot]
        return table[slot].isMissing
            ? RowFlaw(code: .missingValue, field: name, detail: "the value is missing")
            : RowFlaw(code: .badType, field: name, detail: "the value is not \(expected)")
    }
}
