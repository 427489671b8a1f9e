public import RDBytes
public import RDRecord

/// What `rd-clean` makes of values, read from the compiled form of `pipelines/cleaning.yaml`.
public struct CleaningRules: Sendable {
    /// What stands in for a missing value, by column.
    public let impute: [(column: String, value: String)]
    /// Stock codes that are not goods.
    public let codes: [(code: String, type: TransactionType)]
    /// Patterns of such stock codes.
    public let patterns: [(pattern: BytePattern, type: TransactionType)]
    /// What an invoice number begins with.
    public let prefixes: [(prefix: String, type: TransactionType)]
    /// Which descriptions are notes and no names.
    public let notes: NoteRules
    /// How far from the quartiles a value is an outlier, in interquartile ranges and ten-thousandths: 15,000 is 1.5.
    public let outlierFactor: Int64
    /// Columns that are looked at: `quantity`, `unit_price`.
    public let outlierColumns: [String]
    /// Rows that must have come before any is called an outlier.
    public let outlierMinimum: Int

    /// Reads the compiled form. What it lacks is exit 78.
    public init(_ json: JSONValue) throws(RDError) {
        guard json["kind"]?.string == "cleaning-rules" else {
            throw RDError(.configuration, "the rules are not of kind cleaning-rules")
        }
        impute = (json["impute"]?.members ?? []).compactMap { member in
            member.value.string.map { (column: member.name, value: $0) }
        }
        var codes: [(code: String, type: TransactionType)] = []
        var patterns: [(pattern: BytePattern, type: TransactionType)] = []
        for entry in json["special_codes"]?.array ?? [] {
            let type = try Self.type(entry)
            if let code = entry["code"]?.string {
                codes.append((code, type))
            } else if let pattern = entry["pattern"]?.string {
                patterns.append((try Self.pattern(pattern), type))
            }
        }
        self.codes = codes
        self.patterns = patterns
        prefixes = try (json["invoice_prefixes"]?.array ?? []).map { (entry) throws(RDError) in
            (prefix: entry["prefix"]?.string ?? "", type: try Self.type(entry))
        }
        notes = try NoteRules(json["description_notes"]) { (text) throws(RDError) in try Self.pattern(text) }
        let outliers = json["outliers"]
        outlierFactor = Self.decimal(outliers?["factor"]?.string ?? outliers?["factor"]?.number ?? "1.5") ?? 15_000
        outlierColumns = (outliers?["columns"]?.array ?? []).compactMap(\.string)
        outlierMinimum = outliers?["min_rows"]?.integer ?? 1000
    }

    /// What stands in for a missing value of `column`; nil where a missing one is a reject.
    public func imputed(_ column: String) -> String? { impute.first { $0.column == column }?.value }

    private static func type(_ entry: JSONValue) throws(RDError) -> TransactionType {
        let name = entry["type"]?.string ?? ""
        guard let type = TransactionType(name: name) else {
            let known = TransactionType.allCases.map { "\($0.name)" }.joined(separator: ", ")
            throw RDError(.configuration, "the rules name a transaction type '\(name)'; known are \(known)")
        }
        return type
    }

    private static func pattern(_ text: String) throws(RDError) -> BytePattern {
        do {
            return try BytePattern(text)
        } catch {
            throw RDError(.configuration, "the rules' pattern '\(text)' is wrong: \(error)")
        }
    }

    private static func decimal(_ text: String) -> Int64? {
        Decimal4.sum(text).flatMap { Int64(exactly: $0) }
    }
}
