public import RDBytes
public import RDRecord

/// What a stream has told of itself until its load ended, well or not.
public struct LoadAccount: Sendable {
    /// The `open` line, with the stages that ran inside the load.
    public let open: StreamOpen
    /// The accounts of the stages before the load; none where the stream had no end.
    public let ledger: [StageLedger]
    /// The `metric` lines that came before a load failed.
    public let metrics: [JSONValue]
    /// SHA-256 of what was read, where the `open` line did not have it.
    public let sha256: String?
    /// Its size in bytes, likewise.
    public let bytes: Int?
}
