public import RDBytes

/// The stream's last line: the run and what each stage did.
public struct StreamClose: Sendable {
    private var json: JSONValue
    /// One account a stage, in the order of the chain.
    public var ledger: [StageLedger]

    /// The end of a run.
    public init(run: RunID, ledger: [StageLedger]) {
        json = ["@rd": "close", "run": .string(run.text)]
        self.ledger = ledger
    }

    /// Reads a `close` line; one that makes no sense is exit 76.
    public init(_ line: ControlLine) throws(RDError) {
        guard let entries = line.json["ledger"]?.array else {
            throw RDError(.streamBroken, "the close line has no ledger")
        }
        ledger = try entries.map { (entry) throws(RDError) in
            guard let account = StageLedger(entry) else {
                throw RDError(.streamBroken, "the close line's ledger cannot be read: \(entry.text)")
            }
            return account
        }
        json = line.json
    }

    /// The run.
    public var run: String { json["run"]?.string ?? "" }

    /// The hash of the source where it was not known at `open`.
    public var sourceHash: String? {
        get { json["source"]?["sha256"]?.string }
        set { if let newValue { setSource("sha256", .string(newValue)) } }
    }

    /// The size of the source in bytes where it was not known at `open`.
    public var sourceBytes: Int? {
        get { json["source"]?["bytes"]?.integer }
        set { if let newValue { setSource("bytes", .integer(newValue)) } }
    }

    private mutating func setSource(_ name: String, _ value: JSONValue) {
        var source = json["source"] ?? .object([])
        source[name] = value
        json["source"] = source
    }

    /// Appends the line.
    public func append(to out: inout ByteBuffer) {
        var whole = json
        whole["ledger"] = .array(ledger.map(\.json))
        out.append(json: whole)
        out.append(0x0A)
    }
}

/// An error that ends a stream with an `abort` line of its own code.
public protocol AbortingError: CodedError {
    /// What went wrong, in one stable word: `quality_gate`...
    var abortCode: String { get }
}

/// Appends an `abort` line, which stands where `close` would.
public func appendAbort(stage: String, code: String, detail: String, to out: inout ByteBuffer) {
    out.append(json: ["@rd": "abort", "stage": .string(stage), "code": .string(code), "detail": .string(detail)])
    out.append(0x0A)
}

/// A figure about the data, as a `metric` line carries it. Thresholds and verdicts are those of quality gates.
public struct Metric: Sendable {
    /// Which stage measured it.
    public var stage: String
    /// What kind of figure: `bound`, `count`, `completeness`...
    public var dimension: String
    /// The column; nil for one about the rows.
    public var column: String?
    /// The figure, as JSON number text.
    public var value: String
    /// How many rows it was taken from.
    public var n: Int

    /// A figure without a threshold.
    public init(stage: String, dimension: String, column: String?, value: String, n: Int) {
        self.stage = stage
        self.dimension = dimension
        self.column = column
        self.value = value
        self.n = n
    }

    /// Appends the line.
    public func append(to out: inout ByteBuffer) {
        out.append(json: [
            "@rd": "metric", "stage": .string(stage), "gate": .null, "dimension": .string(dimension),
            "column": .optional(column), "value": .number(value), "n": .integer(n), "warn": .null, "fail": .null,
            "status": "pass",
        ])
        out.append(0x0A)
    }
}
