import RDBytes
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
