public import RDBytes
public import RDQuality
public import RDRecord

/// The rules of `rd-transform`: cleaned records become facts and dimension members.
///
/// A country comes once, before its first fact; a customer each time a tracked attribute changes, before the fact that
/// shows it; a product once at the end with its latest description and price. Memory grows with the dimensions, not
/// with the facts.
public struct TransformStage: RecordStage, ~Copyable {
    /// Its name in the stream and in the ledger.
    public static var name: StaticString { "transform" }

    var table = FieldTable()
    var date = DateMemory()
    private var countries = KeyIndex(capacity: 64)
    private var customers = CustomerMemory()
    private var products = ProductMemory()
    private var account = StageLedger("transform")
    private var rejects = RejectCounts()
    private var rejectMoney: Int128 = 0
    private var lines = 0
    /// True in a stream that `rd-clean` has seen: what it did not mark as a note is a name.
    private var marksNotes = false
    var gate: GateWatch

    /// The rules for one stream.
    public init(gates: GateSettings = GateSettings()) { gate = gates.watch(.transformation) }

    /// What it was told.
    public var options: JSONValue { [:] }

    /// What it does to each column.
    public var mapping: [ColumnMapping] {
        [
            ColumnMapping("invoice_no", "fact_sales.invoice_no", "kept"),
            ColumnMapping("line_no", "fact_sales.line_no", "kept, 1 where it is not there"),
            ColumnMapping("stock_code", "dim_products.stock_code", "natural key"),
            ColumnMapping("description", "dim_products.description", "latest by invoice_date, names before notes"),
            ColumnMapping("unit_price", "dim_products.unit_price", "latest by invoice_date"),
            ColumnMapping("customer_id", "dim_customers.customer_id", "natural key"),
            ColumnMapping("country", "dim_customers.country", "tracked: a change opens a version"),
            ColumnMapping("country", "dim_country.country_name", "natural key"),
            ColumnMapping("invoice_date", "fact_sales.transaction_datetime", "kept"),
            ColumnMapping("invoice_date", "fact_sales.date_key", "yyyymmdd"),
            ColumnMapping("quantity", "fact_sales.quantity", "kept"),
            ColumnMapping("unit_price", "fact_sales.unit_price", "kept"),
            ColumnMapping("quantity", "fact_sales.line_total", "quantity x unit_price"),
            ColumnMapping("unit_price", "fact_sales.line_total", "quantity x unit_price"),
            ColumnMapping("line_total", "fact_sales.net_amount", "signed by transaction_type"),
            ColumnMapping("transaction_type", "fact_sales.net_amount", "signed by transaction_type"),
            ColumnMapping("sign", "fact_sales.net_amount", "the sign, where it is not the type's usual one"),
            ColumnMapping("transaction_type", "fact_sales.transaction_type", "kept"),
        ]
    }

    /// Learns what the `open` line says.
    public mutating func begin(_ open: StreamOpen) { marksNotes = open.stages.contains { $0.name == "clean" } }

    /// Takes one record.
    public mutating func record(_ line: RawSpan, into out: inout ByteBuffer) throws {
        account.rowsIn += 1
        lines += 1
        if account.rowsIn % GateWatch.stride == 0 { try gate.checkpoint(further: nil, into: &out) }
        do {
            try recordScanner.scan(line, into: &table)
        } catch {
            return reject(
                RowFlaw(code: .badJSON, field: nil, detail: "byte \(error.offset) should be \(error.expected)"), line,
                0,
                &out)
        }
        let mark = out.count
        var amount: Int64 = 0
        do throws(RowFlaw) {
            let row = try SalesRow(line, table, &date, &amount)
            account.moneyIn += Int128(row.net)
            appendMembers(line, row, &out)
            append(line, row, &out)
            account.rowsOut += 1
            account.moneyOut += Int128(row.net)
            tellGate(line, row)
        } catch {
            out.truncate(to: mark)
            account.moneyIn += Int128(amount)
            reject(error, line, amount, &out)
        }
    }

    /// Appends the members that this row is the first to show, and remembers its product.
    @inline(__always)
    private mutating func appendMembers(_ line: RawSpan, _ row: SalesRow, _ out: inout ByteBuffer) {
        let country = countries.insert(line.extracting(row.country))
        if country.isNew {
            out.append(#"{"dim":"country","country_name":""#)
            out.append(line, row.country)
            out.append("\"}\n")
        }
        let changes = customers.changes
        if customers.note(line, row.customer, country: country.number) {
            if customers.changes > changes { gate.note(.oneCountry) }
            appendCustomer(line, row, &out)
        }
        let worth = DescriptionWorth(line, row.description, row.type, table, marksNotes: marksNotes)
        products.note(line, row, worth, date.moment)
    }

    @inline(never)
    private mutating func appendCustomer(_ line: RawSpan, _ row: SalesRow, _ out: inout ByteBuffer) {
        out.append(#"{"dim":"customer","customer_id":""#)
        out.append(line, row.customer)
        out.append(#"","country":""#)
        out.append(line, row.country)
        out.append(#"","customer_name":null,"effective_date":""#)
        date.append(to: &out)
        out.append("\"}\n")
    }

    @inline(__always)
    private mutating func append(_ line: RawSpan, _ row: SalesRow, _ out: inout ByteBuffer) {
        out.append(#"{"fact":"sales","invoice_no":""#)
        out.append(line, row.invoice)
        out.append(#"","stock_code":""#)
        out.append(line, row.stockCode)
        out.append(0x22)
        if row.lineNo > 1 {
            out.append(#","line_no":"#)
            out.append(integer: row.lineNo)
        }
        out.append(#","customer_id":""#)
        out.append(line, row.customer)
        out.append(#"","country":""#)
        out.append(line, row.country)
        out.append(#"","transaction_datetime":""#)
        date.append(to: &out)
        out.append(#"","date_key":"#)
        out.append(unsigned: UInt64(date.dateKey))
        out.append(#","quantity":"#)
        out.append(integer: row.quantity)
        out.append(#","unit_price":"#)
        Decimal4.append(row.price, to: &out)
        out.append(#","line_total":"#)
        Decimal4.append(row.total, to: &out)
        out.append(#","net_amount":"#)
        Decimal4.append(row.net, to: &out)
        out.append(#","transaction_type":""#)
        out.append(row.type.name)
        out.append(0x22)
        let place = table[Field.line]
        if place.kind == .number {
            out.append(#","line":"#)
            out.append(line, place.range)
        }
        out.append("}\n")
    }

    @inline(never) private mutating func reject(
        _ flaw: RowFlaw, _ line: RawSpan, _ amount: Int64, _ out: inout ByteBuffer
    ) {
        rejects.add(flaw.code)
        let isShown = gate.hasSegments && flaw.code != .badJSON
        if isShown { showTexts(line) }
        gate.reject(flaw.code, flaw.field, isShown: isShown)
        rejectMoney += Int128(amount)
        let value = flaw.code == .badJSON ? FieldValue(0..<0, .absent) : table[Field.line]
        let place = value.kind == .number ? line.integer(value.range).map { Int($0) } : lines
        Reject(stage: Self.name, line: place, code: flaw.code, field: flaw.field, detail: flaw.detail)
            .append(to: &out, raw: line)
    }

    /// Takes a line over 1 MiB.
    public mutating func oversized(_ head: RawSpan, size: Int, into out: inout ByteBuffer) {
        account.rowsIn += 1
        lines += 1
        rejects.add(.lineTooLong)
        gate.reject(.lineTooLong, nil)
        Reject(stage: Self.name, line: lines, code: .lineTooLong, detail: "the line is \(size) bytes")
            .append(to: &out, raw: head, size: size)
    }

    /// Appends what is only known at the end.
    public mutating func finish(into out: inout ByteBuffer) {
        products.append(to: &out)
        gate.finish(into: &out)
    }

    /// What it has done so far.
    public var ledger: StageLedger {
        var result = account
        result.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        result.members = [("country", countries.count), ("customer", customers.versions), ("product", products.count)]
        if rejects.total > 0 { result.rules.append(.init("reject", rows: rejects.total, money: rejectMoney)) }
        return result
    }
}
