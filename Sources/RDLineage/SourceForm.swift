public import RDBytes
public import RDIngest
import RDRecord

/// How a run read its source: what the `open` line says was found out or pinned.
public struct SourceForm: Sendable {
    /// The files, in order; `-` is standard input.
    public let files: [String]
    /// SHA-256 of the text that was read; for several files that of their hashes, a line each. Nil where not known.
    public let sha256: String?
    /// The text's size in bytes; nil where not known.
    public let bytes: Int?
    /// What the header called its columns.
    public let header: [String]
    /// The encoding; nil where all was ASCII as far as could be seen.
    public let encoding: TextEncoding?
    /// Between cells and around them, and what ends a record.
    public let dialect: CSVDialect
    /// The decisions about values, by name.
    public let decisions: [String: String]

    /// The form that `source` of an `open` line tells, and what the warehouse knows of hash and size.
    public init(_ source: JSONValue, sha256: String?, bytes: Int?) {
        files = source["files"]?.array?.compactMap(\.string) ?? [source["uri"]?.string ?? "-"]
        self.sha256 = sha256 ?? source["sha256"]?.string
        self.bytes = bytes ?? source["bytes"]?.integer
        header = source["header"]?.array?.compactMap(\.string) ?? []
        let name = source["encoding"]?.string ?? "us-ascii"
        encoding = name == "us-ascii" ? nil : TextEncoding(name: name)
        let quote = source["quote"]?.string
        dialect = CSVDialect(
            delimiter: source["delimiter"]?.string?.utf8.first ?? 0x2C,
            quote: quote == "none" ? nil : quote?.utf8.first ?? 0x22,
            recordEnd: source["line_end"]?.string == "cr" ? 0x0D : 0x0A)
        var decisions: [String: String] = [:]
        for name in ["date_order", "decimal_mark"] { decisions[name] = source[name]?.string }
        self.decisions = decisions
    }

    /// The same, pinned: so a single row is read as it was read among all the others.
    public var pins: IngestPins {
        var pins = IngestPins()
        pins.encoding = encoding
        pins.delimiter = dialect.delimiter
        pins.quote = .some(dialect.quote)
        pins.dates = decisions["date_order"].flatMap(DateOrder.init(rawValue:))
        pins.decimalMark = decisions["decimal_mark"]?.utf8.first
        return pins
    }
}
