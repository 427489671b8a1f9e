public import RDBytes
public import RDRecord

/// Turns the cells of a row into a record of the stream, or says why it cannot be one.
///
/// The hot path of `rd-ingest`: it allocates nothing per row. Cells must be UTF-8 by now.
public struct RowConverter: ~Copyable {
    /// A row that cannot be a record.
    public typealias Flaw = RowFlaw

    let schema: SalesSchema
    let header: Header
    let order: DateOrder
    let orderIsPinned: Bool
    let mark: UInt8
    let columns: InlineArray<8, Int>
    let rules: InlineArray<8, ColumnRule>
    let cellCount: Int
    let extraNames: [[UInt8]]
    let isPlaced: Bool
    let hasExtras: Bool
    var lastDate = ByteBuffer(capacity: 64)
    var lastDateText = ByteBuffer(capacity: 64)
    var lastInvoice = ByteBuffer(capacity: 64)
    /// Quantity times unit price of the last record, in ten-thousandths.
    public private(set) var amount: Int64 = 0
    /// The quantity of the last record, and its price in ten-thousandths.
    private(set) var quantity: Int64 = 0
    private(set) var price: Int64 = 0
    /// The columns of the last record that have no value, a bit each.
    private(set) var gaps: UInt8 = 0
    /// Set where a date can only be read in another order than the one decided: the line is at fault, or the decision.
    public internal(set) var contradiction: String?

    /// A converter for one file. `isPlaced` writes each record's line.
    public init(
        schema: SalesSchema, header: Header, order: DateOrder, orderIsPinned: Bool, mark: UInt8, isPlaced: Bool
    ) {
        self.schema = schema
        self.header = header
        self.order = order
        self.orderIsPinned = orderIsPinned
        self.mark = mark
        self.isPlaced = isPlaced
        hasExtras = !header.extras.isEmpty
        rules = InlineArray { schema[$0].rule }
        cellCount = header.names.count
        var columns = InlineArray<8, Int>(repeating: -1)
        for slot in 0..<8 { columns[slot] = header.cells[slot] ?? -1 }
        self.columns = columns
        extraNames = header.extras.map { extra in
            var quoted = ByteBuffer(capacity: 64)
            quoted.append(0x2C)
            quoted.appendQuoted(extra.name)
            quoted.append(0x3A)
            return quoted.withBytes { Array($0) }
        }
    }

    /// Appends the record of `cells`, whose bytes stand in `window`, with its line end.
    public mutating func append(
        _ window: RawSpan, _ cells: borrowing CellTable, line: Int, to out: inout ByteBuffer
    ) throws(Flaw) {
        guard cells.count == cellCount else {
            throw Flaw(code: .raggedRow, field: nil, detail: "\(cells.count) cells, the header has \(cellCount)")
        }
        gaps = 0
        out.append(#"{"invoice_no":""#)
        try appendInvoice(window, cells, to: &out)
        out.append(#"","stock_code":"#)
        try appendCode(window, cells, Field.stockCode, to: &out)
        out.append(#","description":"#)
        try appendText(window, cells, Field.description, to: &out)
        out.append(#","quantity":"#)
        quantity = try appendQuantity(window, cells, to: &out)
        out.append(#","invoice_date":""#)
        try appendDate(window, cells, to: &out)
        out.append(#"","unit_price":"#)
        price = try appendPrice(window, cells, to: &out)
        out.append(#","customer_id":"#)
        try appendCustomer(window, cells, to: &out)
        out.append(#","country":"#)
        try appendCode(window, cells, Field.country, to: &out)
        if hasExtras { for index in 0..<extraNames.count { appendExtra(window, cells, index, to: &out) } }
        if isPlaced {
            out.append(#","line":"#)
            out.append(unsigned: UInt64(line))
        }
        out.append("}\n")
        let (product, overflow) = quantity.multipliedReportingOverflow(by: price)
        guard !overflow else {
            throw Flaw(code: .amountOutOfRange, field: nil, detail: "quantity times unit_price does not fit")
        }
        amount = product
    }

    @inline(__always) func range(_ window: RawSpan, _ cells: borrowing CellTable, _ slot: Int) -> Range<Int> {
        let column = columns[slot]
        return column < 0 ? 0..<0 : window.trimmed(cells[column].range)
    }

    @inline(__always) mutating func appendInvoice(
        _ window: RawSpan, _ cells: borrowing CellTable, to out: inout ByteBuffer
    )
        throws(Flaw)
    {
        let range = range(window, cells, Field.invoiceNo)
        if !range.isEmpty, lastInvoice.equals(window, range) { return out.append(contentsOf: lastInvoice.bytes) }
        try check(window, range, Field.invoiceNo)
        lastInvoice.removeAll()
        lastInvoice.appendEscaped(window.extracting(range))
        out.append(contentsOf: lastInvoice.bytes)
        if lastInvoice.count != range.count { lastInvoice.removeAll() }
    }

    func check(_ window: RawSpan, _ range: Range<Int>, _ slot: Int) throws(Flaw) {
        guard !range.isEmpty else { throw missing(slot) }
        if !rules[slot].matches(window, range) { throw unmatched(window, range, slot) }
    }

    @inline(never) func missing(_ slot: Int) -> Flaw {
        Flaw(code: .missingValue, field: schema[slot].name, detail: "the cell is empty")
    }

    @inline(never) func unmatched(_ window: RawSpan, _ range: Range<Int>, _ slot: Int) -> Flaw {
        Flaw(
            code: .badPattern, field: schema[slot].name,
            detail: "'\(window.shortText(range))' does not match \(schema[slot].patternText ?? "")")
    }

    @inline(__always) mutating func appendCode(
        _ window: RawSpan, _ cells: borrowing CellTable, _ slot: Int, to out: inout ByteBuffer
    )
        throws(Flaw)
    {
        let range = range(window, cells, slot)
        if range.isEmpty {
            guard columns[slot] < 0 || rules[slot].isNullable else { throw missing(slot) }
            gaps |= 1 << UInt8(slot)
            return out.append("null")
        }
        if !rules[slot].matches(window, range) {
            throw unmatched(window, range, slot)
        }
        out.append(0x22)
        out.appendEscaped(window.extracting(range))
        out.append(0x22)
    }

    /// A text keeps its blanks: `rd-clean` is who trims them.
    @inline(__always) mutating func appendText(
        _ window: RawSpan, _ cells: borrowing CellTable, _ slot: Int, to out: inout ByteBuffer
    )
        throws(Flaw)
    {
        let trimmed = range(window, cells, slot)
        guard !trimmed.isEmpty else { return try appendCode(window, cells, slot, to: &out) }
        if !rules[slot].matches(window, trimmed) {
            throw unmatched(window, trimmed, slot)
        }
        out.append(0x22)
        out.appendEscaped(window.extracting(cells[columns[slot]].range))
        out.append(0x22)
    }

    /// `17850.0`, as spreadsheets write a number, is customer 17850.
    @inline(__always) mutating func appendCustomer(
        _ window: RawSpan, _ cells: borrowing CellTable, to out: inout ByteBuffer
    ) throws(Flaw) {
        var range = range(window, cells, Field.customerID)
        if let point = window.zeroFraction(range) { range = range.lowerBound..<point }
        if range.isEmpty {
            guard columns[Field.customerID] < 0 || rules[Field.customerID].isNullable else {
                throw missing(Field.customerID)
            }
            gaps |= 1 << UInt8(Field.customerID)
            return out.append("null")
        }
        if !rules[Field.customerID].matches(window, range) {
            throw unmatched(window, range, Field.customerID)
        }
        out.append(0x22)
        out.appendEscaped(window.extracting(range))
        out.append(0x22)
    }

    func appendExtra(_ window: RawSpan, _ cells: borrowing CellTable, _ index: Int, to out: inout ByteBuffer) {
        extraNames[index].withUnsafeBytes { out.append(contentsOf: $0) }
        let cell = cells[header.extras[index].cell]
        guard !cell.range.isEmpty else { return out.append("null") }
        out.append(0x22)
        out.appendEscaped(window.extracting(cell.range))
        out.append(0x22)
    }
}
