public import RDBytes

/// The stream's first line: who began it, from what, and which filters it has passed.
public struct StreamOpen: Equatable, Sendable {
    /// The version of the stream that this suite writes.
    public static let version = 2

    /// A filter that the stream passed.
    public struct Stage: Equatable, Sendable {
        /// Its entry in `stages`.
        public var json: JSONValue

        /// The filter `name`, with what it was told and what it does to each column.
        public init(_ name: String, options: JSONValue, mapping: [ColumnMapping]) {
            json = ["stage": .string(name), "options": options, "mapping": .array(mapping.map(\.json))]
        }

        /// The stage's name.
        public var name: String { json["stage"]?.string ?? "" }
        /// The pipe or file it wrote to; nil where it was neither.
        public var channel: String? {
            get { json["channel"]?.string }
            set { json["channel"] = newValue.map { .string($0) } }
        }
        /// The pipe or file that its standard input was; nil where it was neither, or where it read no stream.
        public var input: String? {
            get { json["input"]?.string }
            set { json["input"] = newValue.map { .string($0) } }
        }
        /// False for a filter that passes on what it does not understand: what it takes the money to be is not sure.
        public var isExact: Bool {
            get { json["exact"]?.bool ?? true }
            set { json["exact"] = newValue ? nil : false }
        }

        /// The filter of an entry in `stages`.
        public init(json: JSONValue) { self.json = json }
    }

    /// The line as it was read, with `stages` as they stand.
    private var json: JSONValue
    /// The filters passed so far.
    public var stages: [Stage]

    /// A stream that begins here.
    public init(run: RunID, job: String, source: JSONValue) {
        json = [
            "@rd": "open", "v": .integer(Self.version), "run": .string(run.text), "job": .string(job),
            "source": source,
        ]
        stages = []
    }

    /// Reads an `open` line. A version that this suite does not know is exit 76.
    public init(_ line: ControlLine) throws(RDError) {
        guard let version = line.json["v"]?.integer, let run = line.json["run"]?.string, RunID(run) != nil else {
            throw RDError(.streamBroken, "the open line has no version or no run")
        }
        guard version == Self.version else {
            throw RDError(
                .streamBroken, "the stream is of version \(version), this filter reads version \(Self.version)",
                remedy: "use filters of one release")
        }
        json = line.json
        stages = (line.json["stages"]?.array ?? []).map(Stage.init(json:))
    }

    /// The run.
    public var run: RunID { RunID(json["run"]?.string ?? "")! }
    /// The name of the job.
    public var job: String { json["job"]?.string ?? "" }
    /// What was read: uri, bytes, sha256, decisions and their evidence.
    public var source: JSONValue { json["source"] ?? .null }
    /// True for a stream that another tool began, without an `open` of its own.
    public var isBare: Bool { json["bare"]?.bool ?? false }

    /// Marks the stream as one without an `open` of its own.
    public mutating func markBare() { json["bare"] = true }

    /// The whole line.
    public var line: JSONValue {
        var whole = json
        whole["stages"] = .array(stages.map(\.json))
        return whole
    }

    /// Appends the line.
    public func append(to out: inout ByteBuffer) {
        out.append(json: line)
        out.append(0x0A)
    }
}

/// What a stage does to a column, for lineage.
public struct ColumnMapping: Equatable, Sendable {
    /// The column as it comes in.
    public var from: String
    /// The column as it goes out.
    public var to: String
    /// What is done, in a few words.
    public var rule: String

    /// A mapping of one column to another.
    public init(_ from: String, _ to: String, _ rule: String) {
        self.from = from
        self.to = to
        self.rule = rule
    }

    var json: JSONValue { ["from": .string(from), "to": .string(to), "rule": .string(rule)] }
}
