import RDBytes
import RDRecord

/// A cleaned record's values: where the texts stand in its line, and the exact numbers.
struct SalesRow {
    let invoice: Range<Int>
    let stockCode: Range<Int>
    /// Where the description stands; nil where there is none.
    let description: Range<Int>?
    let customer: Range<Int>
    let country: Range<Int>
    let type: TransactionType
    let quantity: Int64
    let price: Int64
    /// Quantity times price, in ten-thousandths.
    let total: Int64
    /// The same with the transaction's sign.
    let net: Int64
    let lineNo: Int64

    /// Reads a cleaned record; its date goes to `date`. `amount` is set as soon as the money is known.
    @inline(__always)
    init(_ line: RawSpan, _ table: FieldTable, _ date: inout DateMemory, _ amount: inout Int64) throws(RowFlaw) {
        quantity = try table.integer(line, Field.quantity)
        price = try table.decimal(line, Field.unitPrice)
        let (product, overflow) = quantity.multipliedReportingOverflow(by: price)
        guard !overflow, product != .min else {
            throw RowFlaw(code: .amountOutOfRange, field: nil, detail: "quantity times unit_price does not fit")
        }
        total = product
        let kind = table[Field.transactionType]
        guard kind.kind == .string, let type = TransactionType(line, kind.range) else {
            throw Self.untyped(line, kind)
        }
        self.type = type
        let sign = table[Field.sign].isMissing ? type.usualSign : try table.integer(line, Field.sign)
        net = sign < 0 ? -product : product
        amount = net
        guard quantity >= 0, price >= 0 else {
            throw RowFlaw(
                code: .numberOutOfRange, field: quantity < 0 ? "quantity" : "unit_price",
                detail: "the value is negative in a cleaned record")
        }
        invoice = try Self.required(line, table, Field.invoiceNo)
        stockCode = try Self.required(line, table, Field.stockCode)
        customer = try Self.required(line, table, Field.customerID)
        country = try Self.required(line, table, Field.country)
        description = try table.text(line, Field.description)
        lineNo = table[Field.lineNo].isMissing ? 1 : try table.integer(line, Field.lineNo)
        guard lineNo > 0, lineNo <= Int64(Int32.max) else {
            throw RowFlaw(code: .numberOutOfRange, field: "line_no", detail: "'\(lineNo)' is not from 1 to 2147483647")
        }
        try date.read(line, try Self.required(line, table, Field.invoiceDate))
    }

    @inline(__always)
    private static func required(_ line: RawSpan, _ table: FieldTable, _ slot: Int) throws(RowFlaw) -> Range<Int> {
        guard let range = try table.text(line, slot) else { throw table.missing(slot) }
        return range
    }

    @inline(never) private static func untyped(_ line: RawSpan, _ value: FieldValue) -> RowFlaw {
        value.isMissing
            ? RowFlaw(
                code: .missingValue, field: "transaction_type",
                detail: "the record is not cleaned: pipe it through rd-clean")
            : RowFlaw(
                code: .badTransactionType, field: "transaction_type",
                detail: "\(line.shortText(value.outer)) is not a transaction type")
    }
}
