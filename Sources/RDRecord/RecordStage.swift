public import RDBytes

/// The rules of one filter: records in; records, rejects and metrics out. Pure: it reads no clock, no file and no
/// environment, so that a test, a filter and `rd-load` run the same code.
public protocol RecordStage: ~Copyable {
    /// Its name in `stages` and in the ledger.
    static var name: StaticString { get }
    /// What it was told, for the `open` line.
    var options: JSONValue { get }
    /// What it does to each column, for the `open` line.
    var mapping: [ColumnMapping] { get }
    /// What it has done so far; `finish` completes it.
    var ledger: StageLedger { get }

    /// Learns what the stream's `open` line says, before the first record.
    mutating func begin(_ open: StreamOpen) throws
    /// Takes the record in `line` and appends what becomes of it: a record, a reject, or both more and less.
    mutating func record(_ line: RawSpan, into out: inout ByteBuffer) throws
    /// Takes a line over 1 MiB, of which only the head is there.
    mutating func oversized(_ head: RawSpan, size: Int, into out: inout ByteBuffer)
    /// Appends what is only known at the end: members and metrics.
    mutating func finish(into out: inout ByteBuffer) throws
    /// What is worth a warning, in a few words each; after `finish`.
    var warnings: [String] { get }
    /// Throws where the data are not good enough to go on; after `finish`.
    func judge() throws
}

extension RecordStage where Self: ~Copyable {
    /// Its name as text.
    public static var nameText: String { "\(name)" }

    /// Its entry in the `open` line's `stages`.
    public var entry: StreamOpen.Stage { StreamOpen.Stage(Self.nameText, options: options, mapping: mapping) }

    /// Nothing to warn of.
    public var warnings: [String] { [] }

    /// Good enough.
    public func judge() {}
}
