public import RDBytes
import RDProcess
public import RDRecord

/// Bytes of output that are gathered before they are written.
public let outputBlock = 1 << 17

/// The loop that every filter shares: read, apply the stage, write; keep the ledger; never close a stream that did not
/// close.
public struct FilterLoop<Stage: RecordStage & ~Copyable>: ~Copyable {
    private var stage: Stage
    private var reader: LineReader
    private let sink: any ByteSink
    private let setting: FilterSetting
    private var out = ByteBuffer(capacity: outputBlock + (1 << 16))
    private var state = StreamState()
    private var progress: Progress
    private var bytes = 0
    private var rows = 0
    private var looked = FieldTable()
    private let started: Int64

    /// A loop from `source` through `stage` to `sink`.
    public init(_ stage: consuming Stage, from source: any ByteSource, to sink: any ByteSink, _ setting: FilterSetting)
    {
        self.stage = stage
        reader = LineReader(source)
        self.sink = sink
        self.setting = setting
        progress = Progress(
            name: "rd-\(Stage.nameText)", every: setting.chunkSize,
            isQuiet: !setting.log.isVerbose || setting.inputChannel?.hasPrefix("pipe:") == true)
        started = setting.clock()
    }

    /// Runs to the end of the stream. A failure of the data writes an `abort` line first.
    public mutating func run() throws {
        do {
            try takeAll()
            try finish()
        } catch let error as any CodedError where error.exitCode == .data || error.exitCode == .streamBroken {
            try giveUp(error)
            throw error
        }
    }

    private mutating func takeAll() throws {
        repeat {
            while let line = reader.next() { try take(line) }
            if out.count > 0, reader.wouldWait { try flush() }
        } while try reader.fill()
        while let line = reader.next() { try take(line) }
    }

    private mutating func take(_ line: LineReader.Line) throws {
        if let size = line.oversize { return try takeOversized(size) }
        let buffer = UnsafeRawBufferPointer(
            start: reader.address + line.range.lowerBound, count: line.range.count)
        let span = buffer.bytes
        bytes += line.range.count + 1
        if span.isControl { return try control(span) }
        if span.isBlankLine { return }
        if state.phase != .open { try begin() }
        guard line.isTerminated || state.isImplicit else { return }
        rows += 1
        try stage.record(span, into: &out)
        if out.count >= outputBlock { try flush() }
        if progress.isDue(rows) { progress.report(rows: rows, bytes: bytes) }
    }

    private mutating func takeOversized(_ size: Int) throws {
        if state.phase != .open { try begin() }
        rows += 1
        let head = reader.oversizedHead
        head.withUnsafeBytes { stage.oversized($0.bytes, size: size, into: &out) }
    }

    private mutating func flush() throws {
        if setting.isBare { out.dropControlLines() }
        try out.drain(to: sink)
    }

    /// The first record came before an `open` line, or one came after the end.
    private mutating func begin() throws {
        if state.phase == .fresh {
            state.beginBare(run: setting.newRun(), job: setting.job)
            try writeOpen()
        }
        try state.expectRecord()
    }

    private mutating func control(_ span: RawSpan) throws {
        if isReject(span) { return passOn(span) }
        let line = try ControlLine(span)
        try state.take(line)
        switch line.kind {
        case .open: try writeOpen()
        case .close, .abort: return
        default: passOn(span)
        }
    }

    /// True for the reject of a stage upstream. They may be many, so it is looked over without being made a tree.
    private mutating func isReject(_ span: RawSpan) -> Bool {
        let start: StaticString = #"{"@rd":"reject","#
        let size = start.utf8CodeUnitCount
        guard state.phase == .open, span.byteCount > size, span.equals(0..<size, start) else { return false }
        return (try? recordScanner.scan(span, into: &looked)) != nil
    }

    private mutating func passOn(_ span: RawSpan) {
        guard !setting.isBare else { return }
        out.append(span)
        out.append(0x0A)
    }

    private mutating func writeOpen() throws {
        guard var open = state.open else { return }
        ProcessRun.set(open.run.text)
        try stage.begin(open)
        guard !setting.isBare else { return }
        var entry = stage.entry
        entry.channel = setting.outputChannel
        entry.input = setting.inputChannel
        entry.isExact = setting.isExact
        open.stages.append(entry)
        open.append(to: &out)
    }

    /// Writes the end of the stream, once it is certain that it is one.
    private mutating func finish() throws {
        progress.clear()
        try state.finish()
        guard let open = state.open else {
            setting.log.write(.warning, "the input is empty: nothing was written")
            return
        }
        try stage.finish(into: &out)
        var account = stage.ledger
        account.milliseconds = Int((setting.clock() - started) / 1_000_000)
        try stage.judge()
        let upstream = try state.upstream(
            rowsIn: account.rowsIn, moneyIn: account.moneyIn, input: setting.inputChannel)
        try StageLedger.verify([account])
        try warn(account, opaque: upstream.last.flatMap { $0.stage == StageLedger.opaque && !$0.isEven ? $0 : nil })
        if !setting.isBare {
            var close = state.close ?? StreamClose(run: open.run, ledger: [])
            close.ledger = upstream + [account]
            close.append(to: &out)
        }
        try flush()
        setting.log.summarise(account)
    }

    private func warn(_ account: StageLedger, opaque: StageLedger?) throws {
        var warnings: [String] = []
        if let opaque {
            warnings.append(
                "a program between two filters took in \(grouped(opaque.rowsIn)) records and put out "
                    + "\(grouped(opaque.rowsOut)); the ledger has it as an opaque stage")
        }
        let faults = account.rejected.filter { $0.code != RejectCode.duplicate.rawValue }
        if !faults.isEmpty { warnings.append("rejected " + describe(faults)) }
        warnings += stage.warnings
        for text in warnings { setting.log.write(.warning, text) }
        if setting.isStrict, let first = warnings.first {
            throw RDError(.data, "--strict: \(first)", remedy: "mend the data, or leave --strict out")
        }
    }

    /// Says so downstream, also where nothing was opened: a reader of nothing at all would take the input for empty.
    private mutating func giveUp(_ error: any CodedError) throws {
        progress.clear()
        if !setting.isBare {
            let own = (error as? any AbortingError)?.abortCode
            appendAbort(
                stage: Stage.nameText,
                code: own ?? state.abortCode ?? (error.exitCode == .streamBroken ? "stream_broken" : "data"),
                detail: error.message, to: &out)
        }
        try flush()
    }
}

extension ByteBuffer {
    /// Takes the control lines out of whole lines.
    mutating func dropControlLines() {
        var kept = ByteBuffer(capacity: count)
        withSpan { all in
            var start = 0
            while start < all.byteCount {
                let end = all.firstIndex(of: 0x0A, in: start..<all.byteCount).map { $0 + 1 } ?? all.byteCount
                let line = all.extracting(start..<end)
                if !line.isControl { kept.append(line) }
                start = end
            }
        }
        self = kept
    }
}
