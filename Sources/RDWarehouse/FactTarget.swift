import RDBytes
import RDPostgres
import RDRecord

/// Takes facts and members, resolves their keys in memory, and gathers them for the warehouse.
struct FactTarget: ~Copyable {
    private let session: LoadSession
    private var countries: CountryCache
    private var customers: CustomerCache
    private var products: ProductCache
    private var months: FactMonths
    var recorder: RunRecorder
    private var table = FieldTable()
    private var date = DateMemory()
    private var memberDate = DateMemory()
    private var scratch = ByteBuffer(capacity: 256)
    private(set) var account = StageLedger("load")
    private var rejects = RejectCounts()
    private var rejectMoney: Int128 = 0
    /// Sum of line_total.
    private(set) var lineTotal: Int128 = 0

    init(_ session: LoadSession, run: String, options: LoadOptions) throws {
        self.session = session
        let connection = session.connection
        let countries = try CountryCache(connection)
        let customers = try CustomerCache(connection)
        let products = try ProductCache(connection)
        self.countries = countries
        self.customers = customers
        self.products = products
        recorder = RunRecorder(connection, run: run)
        months = FactMonths(
            connection, batchSize: options.batchSize, version: session.version, firstKey: session.firstKey,
            existing: session.existingMonths)
    }

    /// Takes a line of `rd-transform`: a fact or a member.
    @inline(__always)
    mutating func take(_ line: RawSpan) throws {
        if line.byteCount > 2, line[1] == 0x22, line[2] == UInt8(ascii: "f") { return try takeFact(line) }
        try takeOther(line)
    }

    @inline(never) private mutating func takeOther(_ line: RawSpan) throws {
        let isMember: Bool
        do {
            try memberScanner.scan(line, into: &table)
            isMember = table[MemberField.dim].isString
        } catch {
            account.rowsIn += 1
            return reject(
                .init(code: .badJSON, field: nil, detail: "byte \(error.offset) should be \(error.expected)"), line, 0)
        }
        if isMember { try takeMember(line) } else { try takeFact(line) }
    }

    private mutating func takeFact(_ line: RawSpan) throws {
        account.rowsIn += 1
        var amount: Int64 = 0
        let row: FactLine
        do throws(RowFlaw) {
            do throws(JSONError) {
                try factScanner.scan(line, into: &table)
            } catch {
                throw RowFlaw(code: .badJSON, field: nil, detail: "byte \(error.offset) should be \(error.expected)")
            }
            guard table[FactField.fact].isString else {
                throw RowFlaw(code: .badType, field: "fact", detail: "the record is not a fact, as those before it")
            }
            row = try FactLine(line, table, &date, amount: &amount)
        } catch {
            account.moneyIn += Int128(amount)
            return reject(error, line, amount)
        }
        account.moneyIn += Int128(row.net)
        let country = countryKey(line, row.country)
        let fact = Fact(
            customer: customerKey(line, row.customer, country), product: productKey(line, row.product),
            dateKey: Int32(date.dateKey), country: country, lineNo: row.lineNo, sourceLine: row.sourceLine,
            moment: date.moment, quantity: row.quantity, price: row.price, total: row.total, net: row.net,
            type: row.type)
        try months.add(fact, invoice: line, row.invoice)
        account.rowsOut += 1
        account.moneyOut += Int128(row.net)
        lineTotal += Int128(row.total)
    }

    @inline(__always) private mutating func countryKey(_ line: RawSpan, _ value: FieldValue) -> Int32 {
        if value.kind == .string { return countries.key(line.extracting(value.range)) }
        unescape(line, value)
        return countries.key(scratch.bytes.bytes)
    }

    @inline(__always) private mutating func customerKey(_ line: RawSpan, _ value: FieldValue, _ country: Int32) -> Int32
    {
        if value.kind == .string {
            return customers.key(line.extracting(value.range), country: country, at: date.moment)
        }
        unescape(line, value)
        return customers.key(scratch.bytes.bytes, country: country, at: date.moment)
    }

    @inline(__always) private mutating func productKey(_ line: RawSpan, _ value: FieldValue) -> Int32 {
        if value.kind == .string { return products.key(line.extracting(value.range)) }
        unescape(line, value)
        return products.key(scratch.bytes.bytes)
    }

    private mutating func unescape(_ line: RawSpan, _ value: FieldValue) {
        scratch.removeAll()
        scratch.appendUnescaped(line, value.range)
    }

    /// A customer's or country's line says nothing that the facts after it do not; a product's is the only one that has
    /// its description. A member that cannot be read is a stream that cannot be trusted: exit 65.
    private mutating func takeMember(_ line: RawSpan) throws {
        guard line.equals(table[MemberField.dim].range, "product") else { return }
        let code = table[MemberField.stockCode]
        guard code.isString, let price = try? Decimal4.parse(line, table[MemberField.unitPrice].range) else {
            throw RDError(.data, "a product's line cannot be read: \(line.text.prefix(200))")
        }
        try? memberDate.read(line, table[MemberField.lastSoldAt].range)
        unescape(line, code)
        products.note(
            scratch.bytes.bytes, line, description: table[MemberField.description], price: price,
            soldAt: memberDate.moment)
    }

    @inline(never) private mutating func reject(_ flaw: RowFlaw, _ line: RawSpan, _ amount: Int64) {
        rejects.add(flaw.code)
        rejectMoney += Int128(amount)
        recorder.take(
            [
                "stage": "load", "code": .string(flaw.code.rawValue), "field": .optional(flaw.field),
                "detail": .string(flaw.detail), "raw": .string(line.text(0..<min(line.byteCount, Reject.rawLimit))),
            ], kind: .reject)
    }

    /// Takes a line over 1 MiB.
    mutating func takeOversized(_ head: [UInt8], size: Int) {
        account.rowsIn += 1
        head.withUnsafeBytes {
            reject(.init(code: .lineTooLong, field: nil, detail: "the line is \(size) bytes"), $0.bytes, 0)
        }
    }

    /// Waits for the copy that is under way, so that other statements may be sent.
    mutating func settle() throws { try months.settle() }

    /// Writes the rejects gathered so far where they are many.
    mutating func makeRoom() throws {
        guard recorder.isFull else { return }
        try months.settle()
        try recorder.flushRejects()
    }
}

extension FactTarget {
    /// Brings everything into the warehouse but the account of the run itself.
    mutating func publish(into summary: inout LoadSummary) throws {
        try months.flush()
        let copy = RowCopy(connection: session.connection)
        try countries.save(copy)
        try customers.save(copy, countries: countries, version: session.version)
        try products.save(copy, version: session.version)
        try session.extendCalendar(months.firstDay, months.lastDay)
        try session.connection.execute(
            "SELECT setval('retail_dw.fact_sales_sales_key_seq', $1::bigint, false)", [String(months.nextSalesKey)])
        let before = try session.money(of: months.stagedMonths)
        if months.staged > 0 { summary.facts = try session.mergeStaged(months.staged) }
        let after = try session.money(of: months.stagedMonths)
        try session.publish(months.newMonths)
        try session.makeAnew(customers.disorderedIDs)
        summary.facts.inserted += months.inserted
        summary.partitions = months.newMonths.count
        summary.members = [
            ("countries", countries.added), ("customer versions", customers.added), ("products", products.added),
        ]
        summary.lookups = account.rowsIn * 3
        summary.misses = countries.misses + customers.misses + products.misses
        summary.moneyBefore = session.moneyBefore
        let change = (Decimal4.sum(after) ?? 0) - (Decimal4.sum(before) ?? 0)
        let fresh = account.moneyOut - stagedMoney
        summary.moneyAfter = Decimal4.text((Decimal4.sum(session.moneyBefore) ?? 0) + change + fresh)
        summary.lineTotal = lineTotal
        try recorder.flushRejects()
        try recorder.saveMetrics()
    }

    /// Net money of the rows that went to months that were there.
    private var stagedMoney: Int128 { months.stagedMoney }

    /// The load's own account.
    var ledger: StageLedger {
        var result = account
        result.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        if rejects.total > 0 { result.rules.append(.init("reject", rows: rejects.total, money: rejectMoney)) }
        return result
    }
}
