public import RDQuality

/// What a load was told.
public struct LoadOptions: Sendable {
    /// Facts of a month that are gathered for one COPY.
    public var batchSize = 5_000
    /// Seconds to wait for another load to end.
    public var wait = 0
    /// Load a source that was loaded before.
    public var isForced = false
    /// Load a stream that has no end.
    public var isPartial = false
    /// Do everything, tell what it was, and take it back.
    public var isPlan = false
    /// How many facts there must be; nil for any number.
    public var expectedRows: Int?

    /// The gates of the stages that run inside the load, and of the load itself. A plan reads to the end.
    public var gates = GateSettings()
    /// Load nothing where a gate warns or a stage inside the load sets rows aside.
    public var isStrict = false

    /// The defaults.
    public init() {}
}
