public import RDBytes

/// Something that was found out about a file: what, from which evidence, and the flag that pins it.
public struct Decision: Equatable, Sendable {
    /// The member of `source` in the `open` line.
    public var name: String
    /// What was decided.
    public var value: String
    /// What it was decided from.
    public var evidence: String
    /// The flag that pins it.
    public var flag: String

    /// A decision.
    public init(_ name: String, _ value: String, evidence: String, flag: String) {
        self.name = name
        self.value = value
        self.evidence = evidence
        self.flag = flag
    }

    /// Evidence of what the user said.
    public static let pinned = "given on the command line"

    /// Puts decisions into a `source` object: each value under its name, and the evidence for all under `evidence`.
    public static func add(_ decisions: [Decision], to source: inout JSONValue) {
        for decision in decisions { source[decision.name] = .string(decision.value) }
        source["evidence"] = .object(
            decisions.map { .init($0.name, ["why": .string($0.evidence), "flag": .string($0.flag)]) })
    }
}

/// What the user pinned on the command line; nil where it is to be found out.
public struct IngestPins: Sendable {
    /// `--encoding`.
    public var encoding: TextEncoding?
    /// `--delimiter`.
    public var delimiter: UInt8?
    /// `--quote`; the inner nil means that quotes mean nothing.
    public var quote: UInt8??
    /// `--dates`.
    public var dates: DateOrder?
    /// `--decimal-mark`.
    public var decimalMark: UInt8?

    /// Nothing pinned.
    public init() {}
}
