public import RDBytes

/// What a sales file must hold: the columns, the names they go by, and what their values may be.
///
/// Read from the compiled form of `pipelines/schema.yaml`; docs/configuration.md describes it.
public struct SalesSchema: Sendable {
    /// One column.
    public struct Column: Sendable {
        /// The canonical name.
        public let name: String
        /// True where the file must have it.
        public let isRequired: Bool
        /// True where its cells may be empty.
        public let isNullable: Bool
        /// Names that headers give it, folded as `fold` does.
        public let aliases: [String]
        /// What its values must look like; nil for any.
        public let pattern: BytePattern?
        /// The pattern as it was written.
        public let patternText: String?
        /// The least value: of a number in ten-thousandths, of a date in seconds since 1970.
        public let least: Int64?
        /// The greatest value, likewise.
        public let greatest: Int64?
    }

    /// The last moment that any fact may have, 9999-12-30T23:59:59: versions of customers that hold today end on the day
    /// after it, and begin before they end.
    public static let latestMoment = Timestamp(seconds: 253_402_214_399)

    /// The columns in canonical order.
    public let columns: [Column]

    /// Reads the compiled form. What it lacks is exit 78.
    public init(_ json: JSONValue) throws(RDError) {
        guard json["kind"]?.string == "sales-schema", let fields = json["fields"]?.array else {
            throw RDError(.configuration, "the schema is not of kind sales-schema")
        }
        columns = try Field.source.map { (name) throws(RDError) in
            guard let field = fields.first(where: { $0["name"]?.string == name }) else {
                throw RDError(.configuration, "the schema has no field \(name)")
            }
            return try Column(name, field)
        }
    }

    /// A header's name as it is compared: lower case, without blanks, underscores, dashes and dots.
    public static func fold(_ name: String) -> String {
        String(name.lowercased().filter { !" _-.\t\u{A0}".contains($0) })
    }

    /// The column of a canonical name's slot.
    public subscript(slot: Int) -> Column { columns[slot] }
}

/// A column's checks without ownership, for hot loops: it must not be used longer than the schema lives.
public struct ColumnRule: Sendable {
    /// What its values must look like; nil for any.
    public let pattern: BytePattern.View?
    /// True where its cells may be empty.
    public let isNullable: Bool
    /// The least and greatest value.
    public let least: Int64
    /// The greatest value.
    public let greatest: Int64

    /// True where the value in `range` looks as it must.
    @inline(__always) public func matches(_ line: RawSpan, _ range: Range<Int>) -> Bool {
        guard let pattern else { return true }
        return pattern.matches(line.extracting(range))
    }
}

extension SalesSchema.Column {
    /// The column's checks.
    public var rule: ColumnRule {
        ColumnRule(
            pattern: pattern?.view, isNullable: isNullable, least: least ?? .min, greatest: greatest ?? .max)
    }

    fileprivate init(_ name: String, _ json: JSONValue) throws(RDError) {
        self.name = name
        isRequired = json["required"]?.bool ?? false
        isNullable = json["nullable"]?.bool ?? false
        let given = (json["aliases"]?.array ?? []).compactMap(\.string)
        aliases = ([name] + given).map(SalesSchema.fold)
        patternText = json["pattern"]?.string
        do {
            pattern = try patternText.map { try BytePattern($0) }
        } catch {
            throw RDError(.configuration, "the schema's pattern of \(name) is wrong: \(error)")
        }
        let isDate = json["type"]?.string == "datetime"
        least = try Self.bound(json["min"], isDate, name)
        greatest = try Self.bound(json["max"], isDate, name)
    }

    private static func bound(_ json: JSONValue?, _ isDate: Bool, _ name: String) throws(RDError) -> Int64? {
        guard let text = json?.string ?? json?.number else { return nil }
        var bytes = ByteBuffer(capacity: 64)
        bytes.append(text: text)
        let value = bytes.withSpan { span in
            isDate
                ? Timestamp(span, 0..<span.byteCount)?.seconds : try? Decimal4.parse(span, 0..<span.byteCount)
        }
        guard let value else { throw RDError(.configuration, "the schema's bound of \(name) is wrong: \(text)") }
        return value
    }
}
