import RDBytes

/// What a keeper is asked to run, and how.
public struct ChainOrder: Sendable, Equatable {
    /// A pipeline for bash, or the path of a file that bash runs.
    public var text: String
    /// True where `text` is a path.
    public var isFile: Bool
    /// The whole environment of the chain, `NAME=VALUE` each.
    public var environment: [String]
    /// The folder that the chain runs in; nil for the caller's.
    public var workingDirectory: String?
    /// How much it steps back for other processes, 0 to 19.
    public var nice: Int
    /// The file that gets what the chain writes to its output and its standard error.
    public var log: String
    /// Bytes of the log after which it is moved to `LOG.1`, over an older one, and begun anew.
    public var logBytes: Int
    /// True to write what the chain writes to the caller's output and standard error too.
    public var echo: Bool
    /// Seconds from the request to end to the killing.
    public var grace: Int
    /// Seconds after which the chain is ended; nil for any time.
    public var timeout: Int?
    /// What the first stage reads; nil for nothing.
    public var input: String?

    /// An order; the log is moved away at 64 MiB where nothing else is asked for.
    public init(
        text: String, isFile: Bool = false, environment: [String], workingDirectory: String? = nil, nice: Int = 0,
        log: String, logBytes: Int = 64 << 20, echo: Bool = false, grace: Int = 10, timeout: Int? = nil,
        input: String? = nil
    ) {
        self.text = text
        self.isFile = isFile
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.nice = nice
        self.log = log
        self.logBytes = logBytes
        self.echo = echo
        self.grace = grace
        self.timeout = timeout
        self.input = input
    }
}

/// An order and where its result goes, as they are handed to the keeper.
struct KeeperOrder: Equatable {
    let order: ChainOrder
    let result: String

    var json: JSONValue {
        [
            "text": .string(order.text), "isFile": .bool(order.isFile),
            "environment": .array(order.environment.map { .string($0) }),
            "workingDirectory": .optional(order.workingDirectory), "nice": .integer(order.nice),
            "log": .string(order.log), "logBytes": .integer(order.logBytes), "echo": .bool(order.echo),
            "grace": .integer(order.grace), "timeout": order.timeout.map { .integer($0) } ?? .null,
            "input": .optional(order.input), "result": .string(result),
        ]
    }

    init(order: ChainOrder, result: String) {
        self.order = order
        self.result = result
    }

    /// Reads what `json` writes; nil for anything else.
    init?(_ json: JSONValue) {
        guard let text = json["text"]?.string, let isFile = json["isFile"]?.bool,
            let variables = json["environment"]?.array, let nice = json["nice"]?.integer,
            let log = json["log"]?.string, let logBytes = json["logBytes"]?.integer, let echo = json["echo"]?.bool,
            let grace = json["grace"]?.integer, let result = json["result"]?.string
        else { return nil }
        order = ChainOrder(
            text: text, isFile: isFile, environment: variables.compactMap(\.string),
            workingDirectory: json["workingDirectory"]?.string, nice: nice, log: log, logBytes: logBytes, echo: echo,
            grace: grace, timeout: json["timeout"]?.integer, input: json["input"]?.string)
        self.result = result
    }
}
