public import RDBytes
import RDClean
import RDPostgres
import RDProcess
import RDQuality
import RDRecord

/// Loads one stream into the warehouse, in one transaction: all of it, or nothing.
///
/// The promise: facts, dimensions, rejects, metrics, lineage, the job run and the version are committed together, once
/// the stream's `close` line has come and every stage's ledger balances. Whatever ends the load before that, a signal,
/// a lost connection, a full disk, leaves the warehouse as it was, and the next run needs no cleaning by hand.
public struct Loader: ~Copyable {
    let options: LoadOptions
    let around: Surroundings
    var reader: LineReader
    var state = StreamState()
    var preparation: Preparation?
    var shape: RecordShape?
    var rows = 0
    var bytes = 0
    let started: Int64
    /// The stream's run; a new one where a stream that was kept is loaded again.
    var runID = ""
    /// True once the run has the warehouse's lock, or was given up upstream: its failure belongs into the history.
    var isHeardOf = false
    /// The `metric` lines of a run that failed.
    var metrics: [JSONValue] = []
    /// The first of its rejects, as rows of a copy.
    var rejects: [UInt8] = []

    /// The run as the history has it; empty before the stream has begun.
    var runIdentity: String { runID.isEmpty ? state.open?.run.text ?? "" : runID }

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

    mutating func load() throws -> LoadSummary {
        let first = try firstLine()
        guard let open = state.open else {
            throw RDError(
                .streamBroken, "nothing came: the stream is empty",
                remedy: "see why the stage before this one ended; nothing was loaded")
        }
        around.begun(open, open.run.text)
        let session = try LoadSession(try around.connect(), wait: options.wait)
        isHeardOf = true
        runID = try session.isTaken(open.run.text) ? around.newRun().text : open.run.text
        if runID != open.run.text { around.begun(open, runID) }
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
            rejects = target.recorder.keptRejects
            throw error
        }
    }

    mutating func load(
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
    func keepFailure(_ error: any Error) {
        guard let open = state.open, let connection = try? around.connect() else { return }
        let failure = FailedRun(
            run: runIdentity, open: open, close: state.close, rows: rows,
            milliseconds: elapsed, metrics: metrics, rejects: rejects, error: error, upstreamCode: state.abortCode)
        try? failure.save(connection)
    }

    /// What the stream and the stages inside the load have told so far.
    public var told: LoadAccount? {
        guard var open = state.open else { return nil }
        open.stages += preparedEntries
        return LoadAccount(
            open: open, ledger: state.close?.ledger ?? [], metrics: metrics, sha256: state.close?.sourceHash,
            bytes: state.close?.sourceBytes)
    }

    func alreadyLoaded(_ version: Int) -> LoadSummary {
        var summary = LoadSummary()
        summary.status = .alreadyLoaded
        summary.version = version
        summary.run = runID
        summary.job = state.open?.job ?? ""
        summary.milliseconds = elapsed
        return summary
    }

    var elapsed: Int { Int((around.clock() - started) / 1_000_000) }
}
