public import RDBytes
public import RDClean
public import RDPostgres
import RDProcess
import RDQuality
public import RDRecord

/// Loads one stream into the warehouse, in one transaction: all of it, or nothing.
///
/// The promise: facts, dimensions, rejects, metrics, lineage, the job run and the version are committed together, once
/// the stream's `close` line has come and every stage's ledger balances. Whatever ends the load before that, a signal,
/// a lost connection, a full disk, leaves the warehouse as it was, and the next run needs no cleaning by hand.
public struct Loader: ~Copyable {
    /// What the loader is told of the world.
    public struct Surroundings {
        /// Connects to a database that has the warehouse's schema: once the stream has begun, and anew to ask what
        /// became of a commit.
        public var connect: () throws -> Connection
        /// Makes the stage that cleans records which are raw.
        public var makeClean: () throws -> CleanStage
        /// Gives the least and greatest moment of a fact, in seconds since 1970.
        public var dateBounds: () throws -> ClosedRange<Int64> = { .min ... .max }
        /// Names the run of a stream that other tools began.
        public var newRun: () -> RunID
        /// The job of such a stream.
        public var job: String
        /// The channel behind the input; nil where it has none.
        public var inputChannel: String?
        /// A clock that never jumps, in nanoseconds.
        public var clock: () -> Int64
        /// Called now and then with the records and bytes so far.
        public var progress: (_ rows: Int, _ bytes: Int) -> Void = { _, _ in }

        /// The surroundings of a load.
        public init(
            connect: @escaping () throws -> Connection, makeClean: @escaping () throws -> CleanStage,
            newRun: @escaping () -> RunID, job: String, inputChannel: String?, clock: @escaping () -> Int64
        ) {
            self.connect = connect
            self.makeClean = makeClean
            self.newRun = newRun
            self.job = job
            self.inputChannel = inputChannel
            self.clock = clock
        }
    }

    private let options: LoadOptions
    private let around: Surroundings
    private var reader: LineReader
    private var state = StreamState()
    private var preparation: Preparation?
    private var shape: RecordShape?
    private var rows = 0
    private var bytes = 0
    private let started: Int64
    /// The stream's run; a new one where a stream that was kept is loaded again.
    private var runID = ""
    /// True once the run has the warehouse's lock, or was given up upstream: its failure belongs into the history.
    private var isHeardOf = false
    /// The `metric` lines of a run that failed.
    private var metrics: [JSONValue] = []

    /// The run as the history has it; empty before the stream has begun.
    public var runIdentity: String { runID.isEmpty ? state.open?.run.text ?? "" : runID }

    /// Loads what `source` has.
    public init(from source: any ByteSource, options: LoadOptions, surroundings: Surroundings) {
        self.options = options
        around = surroundings
        reader = LineReader(source)
        started = surroundings.clock()
    }

    /// Loads the stream. A run that fails leaves its account in the history, in a transaction of its own.
    public mutating func run() throws -> LoadSummary {
        do {
            return try load()
        } catch {
            if isHeardOf, !options.isPlan { keepFailure(error) }
            throw error
        }
    }

    private mutating func load() throws -> LoadSummary {
        let first = try firstLine()
        guard let open = state.open else {
            throw RDError(
                .streamBroken, "nothing came: the stream is empty",
                remedy: "see why the stage before this one ended; nothing was loaded")
        }
        let session = try LoadSession(try around.connect(), wait: options.wait)
        isHeardOf = true
        runID = try session.isTaken(open.run.text) ? around.newRun().text : open.run.text
        ProcessRun.set(runID)
        defer { session.rollback() }
        let retry = Retry(open)
        if !options.isForced, retry == nil, let hash = open.source["sha256"]?.string,
            let version = try session.versionThatLoaded(hash)
        {
            return try skip(session, version)
        }
        var target = try FactTarget(
            session, run: runID, options: options, bounds: around.dateBounds(), isRetry: retry != nil)
        do {
            return try load(first, session, &target)
        } catch {
            metrics = target.recorder.metrics
            throw error
        }
    }

    private mutating func load(
        _ first: LineReader.Line?, _ session: LoadSession, _ target: inout FactTarget
    ) throws -> LoadSummary {
        if let first { try take(first, &target) }
        try takeAll(&target)
        try target.settle()
        if !options.isForced, Retry(state.open) == nil, let hash = state.close?.sourceHash,
            let version = try session.versionThatLoaded(hash)
        {
            return alreadyLoaded(version)
        }
        return try finish(session, &target)
    }

    /// Where even this cannot be written, the run's own error is what the caller must hear.
    private func keepFailure(_ error: any Error) {
        guard let open = state.open, let connection = try? around.connect() else { return }
        let failure = FailedRun(
            run: runIdentity, open: open, close: state.close, rows: rows,
            milliseconds: elapsed, metrics: metrics, error: error, upstreamCode: state.abortCode)
        try? failure.save(connection)
    }

    /// Reads to the first line that says what the stream is. Gives it where it is a record.
    private mutating func firstLine() throws -> LineReader.Line? {
        while true {
            guard let line = reader.next() else {
                if try reader.fill() { continue }
                guard let last = reader.next() else { return nil }
                return try isFirst(last) ? last : nil
            }
            if try isFirst(line) { return line }
            if state.open != nil { return nil }
        }
    }

    private mutating func isFirst(_ line: LineReader.Line) throws -> Bool {
        let buffer = UnsafeRawBufferPointer(start: reader.address + line.range.lowerBound, count: line.range.count)
        if line.oversize == nil {
            if buffer.bytes.isBlankLine { return false }
            if buffer.bytes.isControl {
                try state.take(try ControlLine(buffer.bytes))
                isHeardOf = state.phase == .aborted
                if state.phase == .aborted { try state.finish() }
                return false
            }
        }
        state.beginBare(run: around.newRun(), job: around.job)
        return true
    }

    /// The source was loaded before: the rest of the stream is read, so that nobody upstream dies of a closed pipe, and
    /// must still come to its end.
    private mutating func skip(_ session: LoadSession, _ version: Int) throws -> LoadSummary {
        session.rollback()
        repeat {
            while let line = reader.next() {
                let buffer = UnsafeRawBufferPointer(
                    start: reader.address + line.range.lowerBound, count: line.range.count)
                if line.oversize == nil, buffer.bytes.isControl { try state.take(try ControlLine(buffer.bytes)) }
            }
        } while try reader.fill()
        try state.finish()
        return alreadyLoaded(version)
    }

    private func alreadyLoaded(_ version: Int) -> LoadSummary {
        var summary = LoadSummary()
        summary.status = .alreadyLoaded
        summary.version = version
        summary.run = runID
        summary.job = state.open?.job ?? ""
        summary.milliseconds = elapsed
        return summary
    }

    private var elapsed: Int { Int((around.clock() - started) / 1_000_000) }
}

extension Loader {
    private mutating func takeAll(_ target: inout FactTarget) throws {
        repeat {
            while let line = reader.next() { try take(line, &target) }
            around.progress(rows, bytes)
        } while try reader.fill()
        while let line = reader.next() { try take(line, &target) }
    }

    @inline(__always)
    private mutating func take(_ line: LineReader.Line, _ target: inout FactTarget) throws {
        if let size = line.oversize { return try takeOversized(size, &target) }
        let buffer = UnsafeRawBufferPointer(start: reader.address + line.range.lowerBound, count: line.range.count)
        let span = buffer.bytes
        bytes += line.range.count + 1
        if span.isControl { return try control(span, &target) }
        guard state.phase == .open else {
            if span.isBlankLine { return }
            return try state.expectRecord()
        }
        guard line.isTerminated || state.isImplicit else { return }
        rows += 1
        if shape == .fact { return try target.take(span) }
        try takeShaped(span, &target)
    }

    /// A record that is not transformed, or the first of the stream, which tells what the others must be.
    private mutating func takeShaped(_ span: RawSpan, _ target: inout FactTarget) throws {
        if span.isBlankLine { return }
        if shape == nil { try tellShape(span) }
        if shape == .fact { return try target.take(span) }
        try preparation?.record(span, to: &target)
        try target.makeRoom()
    }

    private mutating func tellShape(_ span: RawSpan) throws {
        var table = FieldTable()
        try? recordScanner.scan(span, into: &table)
        let found = RecordShape(table)
        shape = found == .member ? .fact : found
        guard shape != .fact, let open = state.open else { return }
        var stages = Preparation(
            clean: found == .raw ? try around.makeClean() : nil, gates: options.gates)
        stages.begin(open)
        preparation = consume stages
    }

    private mutating func control(_ span: RawSpan, _ target: inout FactTarget) throws {
        let line = try ControlLine(span)
        try state.take(line)
        if state.phase == .aborted { try state.finish() }
        if let kind = line.kind { target.recorder.take(line.json, kind: kind) }
        try target.makeRoom()
    }

    private mutating func takeOversized(_ size: Int, _ target: inout FactTarget) throws {
        try state.expectRecord()
        rows += 1
        let head = reader.oversizedHead
        if shape == nil, let line = head.first.map({ _ in head }) {
            try line.withUnsafeBytes { try tellShape($0.bytes) }
        }
        if shape == .fact { return target.takeOversized(head, size: size) }
        try preparation?.oversized(head, size: size, to: &target)
    }

    private mutating func finish(_ session: LoadSession, _ target: inout FactTarget) throws -> LoadSummary {
        let isWhole = try checkEnd()
        try preparation?.finish(to: &target)
        if !options.isPlan { try judgePrepared() }
        let accounts = try accounts(target)
        if let expected = options.expectedRows, target.account.rowsOut != expected {
            throw RDError(
                .data, "\(target.account.rowsOut) facts came where --expect-rows asks for \(expected)",
                remedy: "nothing was loaded")
        }
        var summary = LoadSummary()
        summary.isPartial = !isWhole
        summary.isBare = state.open?.isBare ?? false
        try target.publish(into: &summary)
        if let retry = Retry(state.open) { try session.resolve(retry, by: runIdentity) }
        summary.ledger = accounts
        summary.rejected = target.recorder.rejected
        summary.quality = target.recorder.metrics
        try passGates(target, &summary)
        try record(session, &target, &summary)
        summary.closed = try session.closedVersions()
        if options.isPlan {
            try session.plan(into: &summary)
            session.rollback()
        } else {
            if !summary.months.isEmpty, summary.changesOldMonths { try session.awaitPlanners() }
            try session.commit(reconnect: around.connect)
        }
        summary.milliseconds = elapsed
        return summary
    }

    /// True for a stream that came to its end; false where it did not and that is allowed.
    private func checkEnd() throws -> Bool {
        do {
            try state.finish()
            return true
        } catch {
            guard options.isPartial, error.exitCode == .streamBroken else { throw error }
            return false
        }
    }

    private var preparedLedgers: [StageLedger] {
        switch preparation {
        case .some(let stages): stages.ledgers
        case .none: []
        }
    }

    /// Throws where the gate of a stage inside the load does not let the data pass.
    private func judgePrepared() throws {
        switch preparation {
        case .some(let stages): try stages.judge()
        case .none: break
        }
    }

    private var preparedWarnings: [String] {
        switch preparation {
        case .some(let stages): stages.warnings
        case .none: []
        }
    }

    /// Throws where a gate does not let the data pass, which a plan only notes.
    private func passGates(_ target: borrowing FactTarget, _ summary: inout LoadSummary) throws {
        do {
            try judgePrepared()
            try target.gate.judge()
        } catch let failure as GateFailure where options.isPlan {
            summary.gateFailure = failure
        }
        summary.warnings = preparedWarnings + target.gate.warnings
        guard options.isStrict else { return }
        let faults = summary.ledger.suffix(preparedLedgers.count + 1).flatMap(\.rejected)
            .filter { $0.code != RejectCode.duplicate.rawValue }
        guard let first = summary.warnings.first ?? faults.first.map({ "\($0.count) rows rejected as \($0.code)" })
        else { return }
        throw RDError(
            .data, "--strict: \(first)", remedy: "nothing was loaded; mend the data, or leave --strict out")
    }

    private var preparedEntries: [StreamOpen.Stage] {
        switch preparation {
        case .some(let stages): stages.entries
        case .none: []
        }
    }

    /// Every stage's account, verified: nothing is committed that does not balance.
    private func accounts(_ target: borrowing FactTarget) throws -> [StageLedger] {
        var own = preparedLedgers
        own.append(target.ledger)
        for index in own.indices { own[index].milliseconds = elapsed }
        let channel = state.open?.stages.last?.channel
        let isNeighbour = channel != nil && channel == around.inputChannel && channel!.hasPrefix("pipe:")
        let upstream = try state.upstream(
            rowsIn: own[0].rowsIn, moneyIn: own[0].moneyIn, isNeighbour: isNeighbour && state.close != nil)
        try StageLedger.verify(upstream + own)
        return upstream + own
    }

    private mutating func record(
        _ session: LoadSession, _ target: inout FactTarget, _ summary: inout LoadSummary
    ) throws {
        guard var open = state.open else { return }
        open.stages += preparedEntries
        summary.run = runID
        summary.job = open.job
        summary.version = session.number
        summary.milliseconds = elapsed
        try target.recorder.saveLineage(open)
        try session.record(open, state.close, summary)
    }
}
