public import RDBytes
import RDQuality
public import RDRecord

/// The rules of `rd-clean`: checks, deduplicates, fills gaps, tells what kind of transaction a row is, makes quantity
/// and price positive, marks notes that stand for descriptions, and flags outliers.
///
/// What is done for every record is `mutating` even where it changes nothing: the compiler copies the whole stage, some
/// 1,700 bytes, before it lends it to a function that does not.
public struct CleanStage: RecordStage, ~Copyable {
    /// Its name in the stream and in the ledger.
    public static var name: StaticString { "clean" }

    let schema: SalesSchema
    let rules: CleaningRules
    let settings: CleanOptions
    let classifier: Classifier
    let placeholders: Placeholders
    var notes: NoteWatch
    var table = FieldTable()
    var date = DateMemory()
    var keys: BoundedKeys
    var pairs: BoundedKeys
    private let countsPairs: Bool
    let isPairKey: Bool
    private let dedupes: Bool
    let invoiceRule: ColumnRule
    let stockCodeRule: ColumnRule
    var keyBytes = ByteBuffer(capacity: 256)
    private var canonical = ByteBuffer(capacity: 1024)
    var quantityWatch: OutlierWatch
    var priceWatch: OutlierWatch
    let watchesQuantity: Bool
    let watchesPrice: Bool
    private var account = StageLedger("clean")
    private var rejects = RejectCounts()
    private var dedupeMoney: Int128 = 0
    private var rejectMoney: Int128 = 0
    var imputed = [Int](repeating: 0, count: 8)
    var gate: GateWatch
    private var isBareStream = false
    private var lines = 0

    /// The rules for one stream.
    public init(schema: SalesSchema, rules: CleaningRules, options: CleanOptions) {
        self.schema = schema
        self.rules = rules
        settings = options
        classifier = Classifier(rules)
        placeholders = Placeholders(rules)
        notes = NoteWatch(rules.notes)
        date.bounds = (schema[Field.invoiceDate].least, schema[Field.invoiceDate].greatest)
        let isPair = options.dedupe == .key && options.key == [Field.invoiceNo, Field.stockCode]
        countsPairs = !isPair
        isPairKey = isPair
        dedupes = options.dedupe != .off
        invoiceRule = schema[Field.invoiceNo].rule
        stockCodeRule = schema[Field.stockCode].rule
        keys = BoundedKeys(memory: isPair ? options.memory : options.memory / 2, makeFile: options.makeFile)
        pairs = BoundedKeys(memory: options.memory / 2, makeFile: options.makeFile)
        quantityWatch = OutlierWatch("quantity", scale: 1, rules: rules, given: options.bounds.columns["quantity"])
        priceWatch = OutlierWatch(
            "unit_price", scale: Decimal4.scale, rules: rules, given: options.bounds.columns["unit_price"])
        watchesQuantity = rules.outlierColumns.contains("quantity")
        watchesPrice = rules.outlierColumns.contains("unit_price")
        gate = options.gates.watch(.cleaning)
        try? gate.deduplicates(by: options.dedupeColumns)
    }

    /// What it was told.
    public var options: JSONValue {
        [
            "dedupe": .string(settings.dedupe.rawValue), "key": .array(settings.key.map { .string(Field.names[$0]) }),
            "memory": .integer(settings.memory),
        ]
    }

    /// Learns what the `open` line says.
    public mutating func begin(_ open: StreamOpen) { isBareStream = open.isBare }

    /// Takes one record.
    public mutating func record(_ line: RawSpan, into out: inout ByteBuffer) throws {
        account.rowsIn += 1
        lines += 1
        if account.rowsIn % GateWatch.stride == 0 { try gate.checkpoint(further: nil, into: &out) }
        do {
            try recordScanner.scan(line, into: &table)
        } catch {
            return reject(
                .init(code: .badJSON, field: nil, detail: "byte \(error.offset) should be \(error.expected)"), line, 0,
                &out)
        }
        if needsCanonicalForm(line) {
            canonical.removeAll()
            canonical.appendCanonical(line, table)
            let bytes = canonical.bytes
            try? recordScanner.scan(bytes.bytes, into: &table)
            return try process(bytes.bytes, into: &out)
        }
        try process(line, into: &out)
    }

    @inline(__always) private mutating func needsCanonicalForm(_ line: RawSpan) -> Bool {
        var escaped = false
        for slot in 0..<8 where table[slot].kind == .escapedString { escaped = true }
        guard escaped else { return false }
        for slot in 0..<8 where table[slot].kind == .escapedString && !line.hasMinimalEscapes(table[slot].range) {
            return true
        }
        return false
    }

    @inline(__always) private mutating func process(_ line: RawSpan, into out: inout ByteBuffer) throws {
        guard table[Field.fact].kind == .absent, table[Field.dim].kind == .absent else {
            throw RDError(
                .data, "the records are transformed already", remedy: "put rd-clean before rd-transform in the pipe")
        }
        let mark = out.count
        var amount: Int64 = 0
        do throws(RowFlaw) {
            let row = try values(line)
            amount = row.amount
            account.moneyIn += Int128(amount)
            try check(line, row)
            let lineNo = try number(line, row)
            try append(line, row, lineNo, &out)
            if out.count - mark > longestLine + 1 { throw .tooLong(out.count - mark - 1) }
            account.rowsOut += 1
            account.moneyOut += Int128(amount)
            tellGate(line, row, lineNo)
        } catch {
            out.truncate(to: mark)
            if let failure = failure {
                self.failure = nil
                throw failure
            }
            reject(error, line, amount, &out)
        }
    }

    /// What went wrong with a spill file, carried past the flaws of rows.
    private var failure: (any Error)?

    /// Sets the row aside where it repeats an earlier one; else gives its number among those of its pair.
    @inline(__always) private mutating func number(_ line: RawSpan, _ row: Row) throws(RowFlaw) -> UInt32 {
        do {
            if dedupes {
                makeKey(line, row)
                let place = UInt32(truncatingIfNeeded: lineNumber(line))
                if let first = try keys.insert(keyBytes.bytes.bytes, place) { throw repeats(first) }
            }
            guard countsPairs else { return 1 }
            makePair(line, row)
            return try pairs.count(keyBytes.bytes.bytes)
        } catch let flaw as RowFlaw {
            throw flaw
        } catch {
            failure = error
            throw RowFlaw(code: .duplicate, field: nil, detail: "")
        }
    }

    @inline(never) private mutating func repeats(_ first: UInt32) -> RowFlaw {
        let columns =
            settings.dedupe == .exact
            ? "every column" : settings.key.map { Field.names[$0] }.joined(separator: ", ")
        return RowFlaw(code: .duplicate, field: nil, detail: "\(columns) as on line \(first)")
    }

    /// The line of the source; in a stream of other tools, the record's own place in it.
    mutating func lineNumber(_ line: RawSpan) -> Int {
        let value = table[Field.line]
        if value.kind == .number, let number = line.integer(value.range) { return Int(number) }
        return lines
    }

    /// True where a record without a line gets its own place: in a stream of other tools.
    var numbersRecords: Bool { isBareStream }

    @inline(never) private mutating func reject(
        _ flaw: RowFlaw, _ line: RawSpan, _ amount: Int64, _ out: inout ByteBuffer
    ) {
        rejects.add(flaw.code)
        let isShown = gate.hasSegments && flaw.code != .badJSON
        if isShown { showTexts(line) }
        gate.reject(flaw.code, flaw.field, isShown: isShown)
        if flaw.code == .duplicate { dedupeMoney += Int128(amount) } else { rejectMoney += Int128(amount) }
        let place = flaw.code == .badJSON ? lines : lineNumber(line)
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
        let mark = out.count
        if watchesQuantity { quantityWatch.appendMetrics(to: &out) }
        if watchesPrice { priceWatch.appendMetrics(to: &out) }
        for slot in 0..<8 where imputed[slot] > 0 {
            Metric(
                stage: "clean", dimension: "imputed", column: Field.names[slot], value: String(imputed[slot]),
                n: account.rowsOut
            ).append(to: &out)
        }
        settings.keepMetrics?(out.bytes.bytes.text(mark..<out.count))
        gate.finish(into: &out)
    }

    /// What it has done so far.
    public var ledger: StageLedger {
        var result = account
        result.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        let duplicates = rejects.present.first { $0.code == .duplicate }?.count ?? 0
        if duplicates > 0 { result.rules.append(.init("dedupe", rows: duplicates, money: dedupeMoney)) }
        let others = rejects.total - duplicates
        if others > 0 { result.rules.append(.init("reject", rows: others, money: rejectMoney)) }
        return result
    }
}
