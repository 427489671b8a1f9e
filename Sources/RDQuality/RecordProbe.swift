import RDBytes
import RDRecord

/// Looks at the values of a record of any shape.
struct RecordProbe: ~Copyable {
    /// Where a fact has what the columns of the source have; -1 for what it lacks.
    private static let factSlots: InlineArray<8, Int> = [
        FactField.invoiceNo, FactField.stockCode, -1, FactField.quantity, FactField.transactionDatetime,
        FactField.unitPrice, FactField.customerID, FactField.country,
    ]

    private let schema: SalesSchema
    private let rules: InlineArray<8, ColumnRule>
    private var table = FieldTable()
    private var facts = FieldTable()
    private var date = DateMemory()
    private var plain = ByteBuffer(capacity: 256)
    private var quantity: Int64?
    private var price: Int64?
    /// What the record is.
    private(set) var shape = RecordShape.raw
    /// Quantity times price, signed as the record says, in ten-thousandths; nothing where it cannot be told.
    private(set) var money: Int64 = 0

    init(_ schema: SalesSchema) {
        self.schema = schema
        rules = InlineArray { schema[$0].rule }
        date.bounds = (schema[Field.invoiceDate].least, schema[Field.invoiceDate].greatest)
    }

    /// Reads a line; false where it is no record.
    mutating func read(_ line: RawSpan) -> Bool {
        money = 0
        quantity = nil
        price = nil
        guard (try? recordScanner.scan(line, into: &table)) != nil else { return false }
        shape = RecordShape(table)
        if shape == .fact { return (try? factScanner.scan(line, into: &facts)) != nil }
        return true
    }

    /// The value of a column of the source; absent where the record's shape has none.
    func value(_ slot: Int) -> FieldValue {
        guard shape == .fact else { return table[slot] }
        let own = Self.factSlots[slot]
        return own < 0 ? FieldValue(0..<0, .absent) : facts[own]
    }

    /// The text of a column without blanks around it; nil where it has no value.
    func text(_ line: RawSpan, _ slot: Int) -> Range<Int>? {
        let value = value(slot)
        guard value.isString || value.kind == .number else { return nil }
        let range = line.trimmed(value.range)
        return range.isEmpty ? nil : range
    }

    /// Looks at all values, and gives those that are not there, a bit each.
    mutating func look(_ line: RawSpan, _ watch: inout GateWatch) -> UInt8 {
        var gaps: UInt8 = 0
        var wrong: UInt8 = 0
        for slot in 0..<8 {
            if shape == .fact, Self.factSlots[slot] < 0 {
                watch.noteAbsent(slot)
            } else if let range = text(line, slot) {
                if !isValid(line, range, slot) { wrong |= 1 << UInt8(slot) }
            } else if value(slot).kind == .bool || value(slot).kind == .nested {
                wrong |= 1 << UInt8(slot)
            } else {
                gaps |= 1 << UInt8(slot)
            }
        }
        for slot in 0..<8 where wrong & 1 << UInt8(slot) != 0 { watch.noteWrong(slot) }
        show(line, except: wrong, &watch)
        lookAtMoney(line, &watch)
        return gaps
    }

    /// True where the value is as the schema asks.
    private mutating func isValid(_ line: RawSpan, _ range: Range<Int>, _ slot: Int) -> Bool {
        switch slot {
        case Field.quantity:
            quantity = whole(line, range)
            let (scaled, isTooLarge) = (quantity ?? 0).multipliedReportingOverflow(by: Decimal4.scale)
            return quantity != nil && !isTooLarge && isWithin(scaled, slot)
        case Field.unitPrice:
            price = try? Decimal4.parse(line, range)
            return price.map { isWithin($0, slot) } ?? false
        case Field.invoiceDate: return (try? date.read(line, range)) != nil
        default:
            guard value(slot).kind == .escapedString else { return rules[slot].matches(line, range) }
            plain.removeAll()
            plain.appendUnescaped(line, range)
            return rules[slot].matches(plain.bytes.bytes, 0..<plain.count)
        }
    }

    private func isWithin(_ number: Int64, _ slot: Int) -> Bool {
        number >= rules[slot].least && number <= rules[slot].greatest
    }

    private func whole(_ line: RawSpan, _ range: Range<Int>) -> Int64? {
        if let number = line.integer(range) { return number }
        guard let scaled = try? Decimal4.parse(line, range), scaled % Decimal4.scale == 0 else { return nil }
        return scaled / Decimal4.scale
    }

    /// Shows the gate the values of the columns that its rules look at, but for those that are wrong anyway.
    private func show(_ line: RawSpan, except wrong: UInt8, _ watch: inout GateWatch) {
        for index in 0..<watch.watchCount {
            let slot = watch.watchedSlot(index)
            switch slot {
            case _ where wrong & 1 << UInt8(slot) != 0: watch.seeNothing(index)
            case Field.quantity:
                if let quantity { watch.see(index, whole: quantity) } else { watch.seeNothing(index) }
            case Field.unitPrice: if let price { watch.see(index, number: price) } else { watch.seeNothing(index) }
            default:
                if let range = text(line, slot) {
                    watch.see(index, line, range, isEscaped: value(slot).kind == .escapedString)
                } else {
                    watch.seeNothing(index)
                }
            }
        }
    }

    private mutating func lookAtMoney(_ line: RawSpan, _ watch: inout GateWatch) {
        if (quantity ?? 0) <= 0 || (price ?? 0) <= 0 { watch.note(.positive) }
        let product = quantity.flatMap { quantity in
            price.flatMap { price in
                let (product, isTooLarge) = quantity.multipliedReportingOverflow(by: price)
                return isTooLarge ? nil : product
            }
        }
        guard shape == .fact else {
            watch.noteUntold(.lineTotal)
            money = signed(line, product ?? 0)
            return
        }
        let total = decimal(line, FactField.lineTotal)
        let net = decimal(line, FactField.netAmount)
        money = net ?? 0
        if product == nil || total != product || net?.magnitude != total?.magnitude { watch.note(.lineTotal) }
    }

    private func decimal(_ line: RawSpan, _ slot: Int) -> Int64? {
        facts[slot].isMissing ? nil : try? Decimal4.parse(line, line.trimmed(facts[slot].range))
    }

    /// The product with the sign that a cleaned record's type has.
    private func signed(_ line: RawSpan, _ product: Int64) -> Int64 {
        guard shape == .cleaned else { return product }
        let type = TransactionType(line, table[Field.transactionType].range)
        let sign = table[Field.sign].isMissing ? type?.usualSign ?? 1 : line.integer(table[Field.sign].range) ?? 1
        return sign < 0 ? -product : product
    }
}
