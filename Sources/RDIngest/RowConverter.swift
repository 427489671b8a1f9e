public import RDBytes
public import RDRecord

/// Turns the cells of a row into a record of the stream, or says why it cannot be one.
///
/// The hot path of `rd-ingest`: it allocates nothing per row. Cells must be UTF-8 by now.
public struct RowConverter: ~Copyable {
    /// A row that cannot be a record.
    public typealias Flaw = RowFlaw

    private let schema: SalesSchema
    private let header: Header
    private let order: DateOrder
    private let orderIsPinned: Bool
    private let mark: UInt8
    private let columns: InlineArray<8, Int>
    private let rules: InlineArray<8, ColumnRule>
    let cellCount: Int
    private let extraNames: [[UInt8]]
    private let isPlaced: Bool
    private let hasExtras: Bool
    private var lastDate = ByteBuffer(capacity: 64)
    private var lastDateText = ByteBuffer(capacity: 64)
    private var lastInvoice = ByteBuffer(capacity: 64)
    /// Quantity times unit price of the last record, in ten-thousandths.
    public private(set) var amount: Int64 = 0
    /// The quantity of the last record, and its price in ten-thousandths.
    private(set) var quantity: Int64 = 0
    private(set) var price: Int64 = 0
    /// The columns of the last record that have no value, a bit each.
    private(set) var gaps: UInt8 = 0
    /// Set where a date can only be read in another order than the one decided: the line is at fault, or the decision.
    public private(set) var contradiction: String?

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

    @inline(__always) private mutating func appendInvoice(
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

    private func check(_ window: RawSpan, _ range: Range<Int>, _ slot: Int) throws(Flaw) {
        guard !range.isEmpty else { throw missing(slot) }
        if !rules[slot].matches(window, range) { throw unmatched(window, range, slot) }
    }

    @inline(never) private func missing(_ slot: Int) -> Flaw {
        Flaw(code: .missingValue, field: schema[slot].name, detail: "the cell is empty")
    }

    @inline(never) private func unmatched(_ window: RawSpan, _ range: Range<Int>, _ slot: Int) -> Flaw {
        Flaw(
            code: .badPattern, field: schema[slot].name,
            detail: "'\(window.shortText(range))' does not match \(schema[slot].patternText ?? "")")
    }

    @inline(__always) private mutating func appendCode(
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
    @inline(__always) private mutating func appendText(
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
    @inline(__always) private mutating func appendCustomer(
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

    private func appendExtra(_ window: RawSpan, _ cells: borrowing CellTable, _ index: Int, to out: inout ByteBuffer) {
        extraNames[index].withUnsafeBytes { out.append(contentsOf: $0) }
        let cell = cells[header.extras[index].cell]
        guard !cell.range.isEmpty else { return out.append("null") }
        out.append(0x22)
        out.appendEscaped(window.extracting(cell.range))
        out.append(0x22)
    }

    @inline(__always) private func appendQuantity(
        _ window: RawSpan, _ cells: borrowing CellTable, to out: inout ByteBuffer
    ) throws(Flaw) -> Int64 {
        var range = range(window, cells, Field.quantity)
        guard !range.isEmpty else { throw missing(Field.quantity) }
        if window.integer(range) == nil, let point = window.zeroFraction(range) { range = range.lowerBound..<point }
        guard let value = window.integer(range) else {
            throw Flaw(
                code: .badInteger, field: "quantity", detail: "'\(window.shortText(range))' is not a whole number")
        }
        let (scaled, overflow) = value.multipliedReportingOverflow(by: Decimal4.scale)
        guard !overflow else { throw outOfRange(Field.quantity, window.text(range)) }
        try checkBounds(scaled, Field.quantity, window, range)
        out.append(integer: value)
        return value
    }

    @inline(__always) private func appendPrice(
        _ window: RawSpan, _ cells: borrowing CellTable, to out: inout ByteBuffer
    ) throws(Flaw) -> Int64 {
        let range = range(window, cells, Field.unitPrice)
        guard !range.isEmpty else { throw missing(Field.unitPrice) }
        let value: Int64
        do {
            value = try Decimal4.parse(window, range, mark: mark)
        } catch .malformed {
            throw Flaw(
                code: .badDecimal, field: "unit_price", detail: "'\(window.shortText(range))' is not a decimal number")
        } catch {
            throw outOfRange(Field.unitPrice, window.shortText(range))
        }
        try checkBounds(value, Field.unitPrice, window, range)
        Decimal4.append(value, to: &out)
        return value
    }

    private func checkBounds(_ value: Int64, _ slot: Int, _ window: RawSpan, _ range: Range<Int>) throws(Flaw) {
        if value < rules[slot].least || value > rules[slot].greatest {
            throw outOfRange(slot, window.shortText(range))
        }
    }

    @inline(never) private func outOfRange(_ slot: Int, _ text: String) -> Flaw {
        Flaw(
            code: .numberOutOfRange, field: schema[slot].name,
            detail: "'\(text)' is outside the schema's bounds or has more than four places")
    }

    @inline(__always) private mutating func appendDate(
        _ window: RawSpan, _ cells: borrowing CellTable, to out: inout ByteBuffer
    ) throws(Flaw) {
        let range = range(window, cells, Field.invoiceDate)
        if !lastDate.equals(window, range) || lastDate.isEmpty { try readDate(window, range) }
        out.append(contentsOf: lastDateText.bytes)
    }

    /// Rows of one invoice share their date, so the last one read is kept as it was and as it is written.
    @inline(never) private mutating func readDate(_ window: RawSpan, _ range: Range<Int>) throws(Flaw) {
        guard !range.isEmpty else { throw missing(Field.invoiceDate) }
        let text = window.shortText(range)
        guard let written = WrittenDate(window, range) else { throw badDate("'\(text)' is not a date and time") }
        guard let moment = written.timestamp(order) else {
            let isDate = DateOrder.allCases.contains { written.timestamp($0) != nil }
            if isDate, !orderIsPinned { contradiction = text }
            throw badDate("'\(text)' is no date with \(order.first) first")
        }
        let rule = rules[Field.invoiceDate]
        if moment.seconds < rule.least || moment.seconds > rule.greatest { throw dateOutOfRange(text) }
        lastDate.removeAll()
        lastDate.append(window, range)
        lastDateText.removeAll()
        moment.append(to: &lastDateText)
    }

    private func badDate(_ detail: String) -> Flaw { Flaw(code: .badDatetime, field: "invoice_date", detail: detail) }

    private func dateOutOfRange(_ text: String) -> Flaw {
        Flaw(code: .dateOutOfRange, field: "invoice_date", detail: "'\(text)' is outside the schema's bounds")
    }
}

extension RawSpan {
    /// Where a fraction of zeros begins after digits (`.0` of `17850.0`); nil where there is none.
    @inline(__always) func zeroFraction(_ range: Range<Int>) -> Int? {
        guard range.count > 2, self[range.upperBound - 1] == 0x30 else { return nil }
        return zeroFractionSlowly(range)
    }

    @inline(never) private func zeroFractionSlowly(_ range: Range<Int>) -> Int? {
        guard let point = firstIndex(of: 0x2E, in: range), point > range.lowerBound, point + 1 < range.upperBound
        else { return nil }
        for index in range where index != point {
            let isSign = index == range.lowerBound && self[index] == 0x2D
            guard isSign || (index < point ? self[index] &- 0x30 < 10 : self[index] == 0x30) else { return nil }
        }
        return point
    }
}
