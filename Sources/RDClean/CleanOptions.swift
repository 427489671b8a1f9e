public import RDBytes
public import RDQuality
import RDRecord

/// What `rd-clean` was told.
public struct CleanOptions {
    /// Which rows repeat an earlier one.
    public enum Dedupe: String, Sendable, CaseIterable {
        /// Those with the same key.
        case key
        /// Those that are the same in every column of the source.
        case exact
        /// None.
        case off
    }

    /// Which rows repeat an earlier one.
    public var dedupe = Dedupe.key
    /// The columns of the key, by slot.
    public var key = [Field.invoiceNo, Field.stockCode]
    /// Bytes that the keys may take in memory.
    public var memory = 256 << 20
    /// Bounds of outliers from outside.
    public var bounds = GivenBounds()
    /// The gate.
    public var gates = GateSettings()
    /// Told the final metrics, as lines; nil where nobody wants them.
    public var keepMetrics: ((String) -> Void)?
    /// Where keys go that do not fit in memory.
    public var makeFile: () throws -> any SpillFile

    /// The defaults.
    public init(makeFile: @escaping () throws -> any SpillFile) { self.makeFile = makeFile }
}
