import RDBytes
import RDRecord

/// Quantities, prices and dates.
extension RowConverter {
    @inline(__always) func appendQuantity(
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

    @inline(__always) func appendPrice(
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

    @inline(__always) mutating func appendDate(
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
