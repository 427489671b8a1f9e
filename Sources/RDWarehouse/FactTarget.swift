import RDBytes
import RDPostgres
import RDQuality
import RDRecord

/// Takes facts and members, resolves their keys in memory, and gathers them for the warehouse.
struct FactTarget: ~Copyable {
    let session: LoadSession
    private let bounds: ClosedRange<Int64>
    /// The first moment that retention kept; nil where it dropped nothing.
    private let keptFrom: Int64?
    private var countries: CountryCache
    var customers: CustomerCache
    var products: ProductCache
    private var months: FactMonths
    var recorder: RunRecorder
    var gate: GateWatch
    var table = FieldTable()
    private var date = DateMemory()
    var memberDate = DateMemory()
    var scratch = ByteBuffer(capacity: 256)
    var account = StageLedger("load")
    private var rejects = RejectCounts()
    private var rejectMoney: Int128 = 0
    /// Sum of line_total.
    private(set) var lineTotal: Int128 = 0
    /// True where the stream brings rows anew that were set aside once.
    private let isRetry: Bool

    init(
        _ session: LoadSession, run: String, options: LoadOptions, bounds: ClosedRange<Int64>, isRetry: Bool = false
    ) throws {
        self.isRetry = isRetry
        let connection = session.connection
        let floor = try session.keptFrom()
        let countries = try CountryCache(connection)
        let customers = try CustomerCache(connection)
        let products = try ProductCache(connection)
        self.countries = countries
        self.customers = customers
        self.products = products
        self.session = session
        keptFrom = floor
        let latest = min(bounds.upperBound, SalesSchema.latestMoment.seconds)
        let bounds = min(bounds.lowerBound, latest)...latest
        self.bounds = floor.map { max($0, bounds.lowerBound)...max($0, bounds.upperBound) } ?? bounds
        recorder = RunRecorder(connection, run: run)
        gate = options.gates.watch(.loading)
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
        if account.rowsIn % GateWatch.stride == 0 { try checkGate() }
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
            guard bounds.contains(date.moment.seconds) else { throw dateFlaw() }
        } catch {
            account.moneyIn += Int128(amount)
            return reject(error, line, amount)
        }
        account.moneyIn += Int128(row.net)
        if isRetry, let flaw = try twinFlaw(line, row) { return reject(flaw, line, amount) }
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
        tellGate(line, row)
    }

    @inline(never) private func dateFlaw() -> RowFlaw {
        let moment = date.moment
        let bound: String
        if moment.seconds > bounds.upperBound {
            bound = "after \(Timestamp(seconds: bounds.upperBound).text), the latest that the schema allows"
        } else if let keptFrom, moment.seconds < keptFrom {
            bound = "before \(Timestamp(seconds: keptFrom).text): earlier months were archived by rd-db retention"
        } else {
            bound = "before \(Timestamp(seconds: bounds.lowerBound).text), the earliest that the schema allows"
        }
        return RowFlaw(code: .dateOutOfRange, field: "transaction_datetime", detail: "\(moment.text) is \(bound)")
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

    /// The moment of the fact that was read last, as the stream writes it.
    var moment: String { date.moment.text }

    /// The text of a value, its escapes undone.
    mutating func plainText(_ line: RawSpan, _ value: FieldValue) -> String {
        unescape(line, value)
        return scratch.text
    }

    mutating func unescape(_ line: RawSpan, _ value: FieldValue) {
        scratch.removeAll()
        scratch.appendUnescaped(line, value.range)
    }

    @inline(never) mutating func reject(_ flaw: RowFlaw, _ line: RawSpan, _ amount: Int64, isPlaced: Bool = true) {
        rejects.add(flaw.code)
        rejectMoney += Int128(amount)
        let isShown = gate.hasSegments && flaw.code != .badJSON && flaw.code != .lineTooLong
        if isShown { showTexts(line) }
        gate.reject(flaw.code, flaw.field, isShown: isShown)
        let place = table[FactField.line]
        let isPlaced = isPlaced && flaw.code != .badJSON && flaw.code != .lineTooLong && place.kind == .number
        recorder.take(
            [
                "stage": "load", "line": isPlaced ? line.integer(place.range).map { .integer($0) } ?? .null : .null,
                "code": .string(flaw.code.rawValue), "field": .optional(flaw.field),
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
        customers.settleGuest(&countries)
        try countries.save(copy, version: session.version)
        try customers.save(copy, countries: countries, version: session.version)
        try products.save(copy, version: session.version)
        try session.extendCalendar(months.firstDay, months.lastDay)
        try session.connection.execute(
            "SELECT setval('retail_dw.fact_sales_sales_key_seq', $1::bigint, false)", [String(months.nextSalesKey)])
        var merged = FactMerge.Outcome()
        if months.staged > 0 {
            merged = try FactMerge(session: session, staged: months.staged, days: months.stagedDays).run()
        }
        try session.publish(months.newMonths)
        summary.moved = try session.makeAnew(Set(customers.disorderedIDs).union(merged.restless))
        summary.facts = merged.counts
        summary.facts.inserted += months.inserted
        summary.months = months.newMonths
        summary.changesOldMonths = merged.counts.inserted + merged.counts.updated > 0 || summary.moved.facts > 0
        summary.members = [
            ("countries", countries.added), ("customer versions", customers.added), ("products", products.added),
        ]
        summary.lookups = account.rowsIn * 3
        summary.misses = countries.misses + customers.misses + products.misses
        summary.moneyBefore = session.moneyBefore
        let fresh = account.moneyOut - months.stagedMoney
        summary.moneyAfter = Decimal4.text((Decimal4.sum(session.moneyBefore) ?? 0) + merged.money + fresh)
        summary.lineTotal = lineTotal
        try finishGate()
        try recorder.flushRejects()
    }

    /// The load's own account.
    var ledger: StageLedger {
        var result = account
        result.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        if rejects.total > 0 { result.rules.append(.init("reject", rows: rejects.total, money: rejectMoney)) }
        return result
    }
}
