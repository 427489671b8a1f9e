public import RDBytes
public import RDQuality
public import RDRecord

/// What `rd-ingest` was told.
public struct IngestSettings {
    /// How many bad rows are too many.
    public enum ErrorLimit: Sendable, Equatable {
        case none
        /// More than so many.
        case count(Int)
        /// More than so many ten-thousandths of the rows, looked at from the thousandth row on.
        case share(Int)
    }

    /// The columns.
    public var schema: SalesSchema
    /// What is not to be found out.
    public var pins = IngestPins()
    /// How many bad rows are too many; 0 stops at the first.
    public var limit = ErrorLimit.none
    /// The gate.
    public var gates = GateSettings()
    /// Where the rows come from where they are rows of another source that are read anew; nil for a source of its own.
    public var origin: RowOrigin?
    /// Bytes of a pipe that are looked at before its form must be known.
    public var sniffBytes = 4 << 20
    /// Write records only.
    public var isBare = false
    /// Give up where there were warnings.
    public var isStrict = false
    /// The name of the run.
    public var run: RunID
    /// The name of the job.
    public var job: String
    /// The channel behind the output.
    public var channel: String?
    /// A clock that never jumps, in nanoseconds.
    public var clock: () -> Int64
    /// Called after every `chunkSize` rows with rows and bytes so far.
    public var chunk: (_ rows: Int, _ bytes: Int) -> Void = { _, _ in }
    /// Rows between two such calls.
    public var chunkSize = 1000

    /// Settings with nothing pinned and no limit.
    public init(schema: SalesSchema, run: RunID, job: String, clock: @escaping () -> Int64) {
        self.schema = schema
        self.run = run
        self.job = job
        self.clock = clock
    }
}

/// Reads files one after the other into one stream.
public struct Ingest: ~Copyable {
    private let settings: IngestSettings
    private let sink: any ByteSink
    var out = ByteBuffer(capacity: (1 << 17) + (1 << 16))
    var scratch = ByteBuffer(capacity: 4096)
    var scratchCells = CellTable()
    private var rejects = RejectCounts()
    private var rows = 0
    private var money: Int128 = 0
    private var linesBefore = 0
    private var bytesBefore = 0
    private var isOpen = false
    private let started: Int64
    private var nextChunk: Int
    private var gate: GateWatch
    /// The bytes of all inputs; nil where they are not known.
    private var bytesInAll: Int?
    /// What the gate warned of.
    public private(set) var warnings: [String] = []

    /// Writes to `sink`.
    public init(_ settings: IngestSettings, to sink: any ByteSink) {
        self.settings = settings
        self.sink = sink
        started = settings.clock()
        nextChunk = settings.chunkSize
        gate = settings.gates.watch(.ingestion)
    }

    /// Reads `inputs` to their ends and closes the stream. Data that cannot be taken write an `abort` line where the
    /// stream is open, and throw. Any other failure leaves the stream without an end.
    public mutating func run(_ inputs: [InputFile]) throws -> StageLedger {
        let sizes = inputs.compactMap(\.size)
        bytesInAll = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        do {
            var hashes: [String] = []
            var total = 0
            for (index, input) in inputs.enumerated() {
                let (hash, size) = try read(input, index: index, of: inputs)
                hashes.append(hash)
                total += size
            }
            try checkLimit(atEnd: true)
            return try close(inputs, hash: Self.combined(hashes), bytes: total)
        } catch let error as any CodedError where error.exitCode == .data && isOpen {
            let code = (error as? any AbortingError)?.abortCode ?? "data"
            if !settings.isBare { appendAbort(stage: "ingest", code: code, detail: error.message, to: &out) }
            try out.drain(to: sink)
            throw error
        }
    }

    /// The hash of one file is its own; that of several is the SHA-256 of theirs, in hexadecimal, a line each.
    static func combined(_ hashes: [String]) -> String {
        guard hashes.count != 1 else { return hashes[0] }
        var hash = SHA256()
        let text = hashes.map { $0 + "\n" }.joined()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }

    private mutating func read(_ input: InputFile, index: Int, of inputs: [InputFile]) throws -> (String, Int) {
        let source = CountingSource(input.source, sha256: input.sha256)
        do {
            try convert(input, source, index: index, of: inputs)
        } catch {
            try input.finish(false)
            throw error
        }
        try input.finish(true)
        if let size = input.size, source.bytes != size {
            throw RDError(
                .temporary,
                "\(input.uri) changed while it was read: \(size) bytes at first, \(source.bytes) in the end",
                remedy: "run again once its writer is done")
        }
        bytesBefore += source.bytes
        return (source.sha256, source.bytes)
    }

    /// Converts one file to its end.
    private mutating func convert(_ input: InputFile, _ source: any ByteSource, index: Int, of inputs: [InputFile])
        throws
    {
        let opener = SourceOpener(schema: settings.schema, pins: settings.pins, sniffBytes: settings.sniffBytes)
        var opened = try opener.open(input, source)
        announce(opened.decisions, opened.header, input, index: index, of: inputs)
        try convert(&opened, input)
        linesBefore += opened.reader.linesUsed
    }

    /// Writes the `open` line for the first file and a `source` line for each that follows.
    private mutating func announce(
        _ decisions: [Decision], _ header: Header, _ input: InputFile, index: Int, of inputs: [InputFile]
    ) {
        var source: JSONValue = [
            "uri": .string(input.uri), "bytes": input.size.map { .integer($0) } ?? .null,
            "sha256": .optional(input.sha256),
        ]
        Decision.add(decisions, to: &source)
        source["header"] = .array(header.names.map { .string($0) })
        if let origin = settings.origin { source = origin.source }
        if inputs.count > 1 { source["first_line"] = .integer(linesBefore + 1) }
        defer { isOpen = true }
        guard !settings.isBare else { return }
        guard index == 0 else {
            source["@rd"] = nil
            out.append(json: .object([.init("@rd", "source")] + (source.members ?? [])))
            return out.append(0x0A)
        }
        if inputs.count > 1 {
            source["uri"] = .string(inputs.map(\.uri).joined(separator: " "))
            let known = inputs.compactMap(\.sha256)
            source["sha256"] = known.count == inputs.count ? .string(Self.combined(known)) : .null
            source["files"] = .array(inputs.map { .string($0.uri) })
            let sizes = inputs.compactMap(\.size)
            source["bytes"] = sizes.count == inputs.count ? .integer(sizes.reduce(0, +)) : .null
        }
        var open = StreamOpen(run: settings.run, job: settings.job, source: source)
        var stage = StreamOpen.Stage("ingest", options: options, mapping: mapping(header))
        stage.channel = settings.channel
        open.stages = [stage]
        open.append(to: &out)
    }

    private var options: JSONValue {
        let limit: JSONValue =
            switch settings.limit {
            case .none: .null
            case .count(let count): .integer(count)
            case .share(let share): .string("\(Double(share) / 100)%")
            }
        return ["max_errors": limit, "sniff_bytes": .integer(settings.sniffBytes)]
    }

    private func mapping(_ header: Header) -> [ColumnMapping] {
        let known = header.cells.enumerated().compactMap { slot, cell in
            cell.map { ColumnMapping(header.names[$0], Field.names[slot], "renamed, checked against the schema") }
        }
        return known + header.extras.map { ColumnMapping(header.names[$0.cell], $0.name, "kept") }
    }
}

extension Ingest {
    private mutating func convert(_ opened: inout OpenedSource, _ input: InputFile) throws {
        var converter = RowConverter(
            schema: settings.schema, header: opened.header, order: opened.order,
            orderIsPinned: settings.pins.dates != nil, mark: opened.mark, isPlaced: !settings.isBare)
        var text = RowText(opened.encoding, isPinned: settings.pins.encoding != nil, opened.reader.scanner.dialect)
        let proof = opened.decisions.first { $0.name == "date_order" }?.evidence ?? ""
        while true {
            switch try opened.reader.next() {
            case .end: return
            case .more:
                if out.count > 0, opened.reader.wouldWait { try out.drain(to: sink) }
                try opened.reader.fill()
            case .flaw(let code, let range, let size, let detail):
                try rejectFlaw(opened.reader, code, range, size, detail, input, text)
            case .record(let range):
                let window = UnsafeRawBufferPointer(start: opened.reader.address, count: opened.reader.windowEnd)
                if range.isEmpty, opened.reader.cells.count == 1 { continue }
                try take(window.bytes, range, &opened.reader, &converter, &text, input, proof)
            }
        }
    }

    @inline(__always)
    private mutating func take(
        _ window: RawSpan, _ range: Range<Int>, _ reader: inout DelimitedReader, _ converter: inout RowConverter,
        _ text: inout RowText, _ input: InputFile, _ dateProof: String
    ) throws {
        rows += 1
        let mark = out.count
        let line = settings.origin == nil ? linesBefore + reader.line : place(0, 0).line
        do throws(RowConverter.Flaw) {
            if let failure = try text.needsRewrite(window, range, reader.cells, line: reader.line, input.uri) {
                try rewrite(window, reader.cells, failure)
                try converter.append(scratch.bytes.bytes, scratchCells, line: line, to: &out)
                if gate.looks { converter.show(scratch.bytes.bytes, scratchCells, to: &gate) }
            } else {
                try converter.append(window, reader.cells, line: line, to: &out)
                if gate.looks { converter.show(window, reader.cells, to: &gate) }
            }
            if out.count - mark > longestLine + 1 { throw .tooLong(out.count - mark - 1) }
            money += Int128(converter.amount)
            gate.take(gaps: converter.gaps)
        } catch {
            out.truncate(to: mark)
            if let problem = text.problem { throw problem }
            if let written = converter.contradiction {
                throw contradiction(written, reader.line, input.uri, dateProof)
            }
            try reject(error, window.extracting(range), reader.line, reader.offset, input, text)
        }
        if let decision = text.takeNewDecision() { try announceEncoding(decision, input) }
        if out.count >= 1 << 17 { try out.drain(to: sink) }
        if rows >= nextChunk {
            nextChunk = rows + settings.chunkSize
            settings.chunk(rows, bytesBefore + reader.bytesUsed)
            try checkLimit(atEnd: false)
            try checkGate(reader.bytesUsed, converter.cellCount)
        }
    }

    /// Copies the cells to the scratch buffer, as UTF-8 and with doubled quotes undone.
    @inline(never)
    private mutating func rewrite(_ window: RawSpan, _ cells: borrowing CellTable, _ from: RowText.Rewrite)
        throws(RowConverter.Flaw)
    {
        scratch.removeAll()
        scratchCells.removeAll()
        for index in 0..<cells.count {
            let cell = cells[index]
            let start = scratch.count
            from.append(window, cell, to: &scratch)
            scratchCells.append(CSVCell(start: start, end: scratch.count, quoted: cell.quoted, doubled: false))
        }
    }

    @inline(never)
    private mutating func reject(
        _ flaw: RowConverter.Flaw, _ raw: RawSpan, _ line: Int, _ offset: Int, _ input: InputFile, _ text: RowText
    ) throws {
        let (place, start) = place(linesBefore + line, bytesBefore + offset)
        let record = Reject(
            stage: "ingest", line: place, offset: start, code: flaw.code, field: flaw.field, detail: flaw.detail)
        rejects.add(flaw.code)
        gate.reject(flaw.code, flaw.field)
        if !settings.isBare {
            var decoded = ByteBuffer(capacity: raw.byteCount + 64)
            text.appendReadable(raw, to: &decoded)
            let size = raw.byteCount
            decoded.withSpan { record.append(to: &out, raw: $0, size: max(size, $0.byteCount)) }
        }
        guard settings.limit == .count(0) || isOverLimit else { return }
        let column = flaw.field.map { ", column \($0)" } ?? ""
        throw RDError(
            .data,
            "\(input.uri):\(line): byte \(offset)\(column): \(flaw.code.rawValue): \(flaw.detail)"
                + (settings.limit == .count(0) ? "" : "; that is \(rejects.total) bad rows of \(rows)"),
            remedy: "mend the row, or let it be set aside with --on-error reject and a higher --max-errors")
    }

    /// The line and byte offset of the present row in the source: those given, but for rows that are read anew.
    private func place(_ line: Int, _ offset: Int) -> (line: Int, offset: Int?) {
        guard let rows = settings.origin?.rows else { return (line, offset) }
        let row = rows[min(self.rows, rows.count) - 1]
        return (row.line, row.offset)
    }

    private var isOverLimit: Bool {
        if case .count(let count) = settings.limit { rejects.total > count } else { false }
    }

    private mutating func rejectFlaw(
        _ reader: borrowing DelimitedReader, _ code: RejectCode, _ range: Range<Int>, _ size: Int, _ detail: String,
        _ input: InputFile, _ text: RowText
    ) throws {
        rows += 1
        let sized = code == .lineTooLong ? "\(detail): \(size) bytes" : detail
        let flaw = RowConverter.Flaw(code: code, field: nil, detail: sized)
        let line = reader.line
        let offset = reader.offset
        guard code == .lineTooLong, range.isEmpty else {
            let window = UnsafeRawBufferPointer(start: reader.address, count: reader.windowEnd)
            return try reject(flaw, window.bytes.extracting(range), line, offset, input, text)
        }
        let head = reader.longHead
        try head.withUnsafeBytes { bytes in
            try reject(flaw, bytes.bytes, line, offset, input, text)
        }
    }

    private func contradiction(_ written: String, _ line: Int, _ file: String, _ proof: String) -> RDError {
        RDError(
            .data, "\(file): the order of dates is not one: \(proof), but line \(line): \(written)",
            remedy: "mend the file, or pin the order with --dates us or --dates eu to set such rows aside")
    }

    private mutating func announceEncoding(_ decision: Decision, _ input: InputFile) throws {
        guard !settings.isBare else { return }
        var source: JSONValue = ["@rd": "source", "uri": .string(input.uri)]
        Decision.add([decision], to: &source)
        out.append(json: source)
        out.append(0x0A)
    }

    private func checkLimit(atEnd: Bool) throws(RDError) {
        guard case .share(let share) = settings.limit, atEnd || rows >= 1000, rejects.total * 10_000 > share * rows
        else { return }
        throw RDError(
            .data, "\(rejects.total) bad rows of \(rows) are over the limit of \(Double(share) / 100) %",
            remedy: "look at the reject lines, or raise --max-errors")
    }

    /// A row that goes on has a delimiter after each cell but the last, and a line end.
    private mutating func checkGate(_ used: Int, _ cells: Int) throws {
        let further = bytesInAll.map { max($0 - bytesBefore - used, 0) / max(cells, 1) + 1 }
        let mark = out.count
        defer { if settings.isBare { out.truncate(to: mark) } }
        try gate.checkpoint(further: further, into: &out)
    }

    private mutating func finishGate() throws {
        let mark = out.count
        gate.finish(into: &out)
        if settings.isBare { out.truncate(to: mark) }
        warnings = gate.warnings
        try gate.judge()
        if settings.isStrict, let first = warnings.first {
            throw RDError(.data, "--strict: \(first)", remedy: "mend the data, or leave --strict out")
        }
    }

    private mutating func close(_ inputs: [InputFile], hash: String, bytes: Int) throws -> StageLedger {
        try finishGate()
        var account = StageLedger("ingest")
        account.rowsIn = rows
        account.rowsOut = rows - rejects.total
        account.rejected = rejects.present.map { (code: $0.code.rawValue, count: $0.count) }
        account.moneyIn = money
        account.moneyOut = money
        account.milliseconds = Int((settings.clock() - started) / 1_000_000)
        if settings.isStrict, rejects.total > 0 {
            throw RDError(.data, "--strict: \(rejects.total) bad rows of \(rows)", remedy: "mend the data")
        }
        if !settings.isBare {
            var close = StreamClose(run: settings.run, ledger: [account])
            if inputs.contains(where: { $0.sha256 == nil }) {
                close.sourceHash = hash
                close.sourceBytes = bytes
            }
            close.append(to: &out)
        }
        try out.drain(to: sink)
        return account
    }
}
