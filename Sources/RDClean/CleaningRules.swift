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

/// Tells what kind of transaction a row is.
///
/// In this order: an `A` invoice is an adjustment and a `C` invoice a return, as the rules' prefixes say; stock written
/// off at no price is an adjustment; a special stock code has its own type; a negative quantity is a return; anything
/// else is a sale.
struct Classifier: ~Copyable {
    private let rules: CleaningRules
    private let prefixBytes: [[UInt8]]
    private var codes = KeyIndex(capacity: 64)
    private let patterns: UnsafeMutablePointer<(view: BytePattern.View, type: TransactionType)>
    private let patternCount: Int

    init(_ rules: CleaningRules) {
        self.rules = rules
        prefixBytes = rules.prefixes.map { Array($0.prefix.utf8) }
        patternCount = rules.patterns.count
        patterns = .allocate(capacity: max(patternCount, 1))
        for (index, entry) in rules.patterns.enumerated() {
            (patterns + index).initialize(to: (entry.pattern.view, entry.type))
        }
        for (code, _) in rules.codes {
            Array(code.utf8).withUnsafeBytes { _ = codes.insert($0.bytes) }
        }
    }

    deinit { patterns.deallocate() }

    /// The type of a row, from its values before they are made positive.
    @inline(__always)
    func type(invoice: RawSpan, stockCode: RawSpan, quantity: Int64, price: Int64) -> TransactionType {
        if invoice.byteCount > 0, invoice[0] &- 0x30 > 9, let type = prefixType(invoice) { return type }
        if quantity < 0, price == 0 { return .adjustment }
        if let number = codes.find(stockCode) { return rules.codes[number].type }
        for index in 0..<patternCount where patterns[index].view.matches(stockCode) { return patterns[index].type }
        return quantity < 0 ? .return : .sale
    }

    private func prefixType(_ invoice: RawSpan) -> TransactionType? {
        for (index, prefix) in prefixBytes.enumerated() where prefix.count <= invoice.byteCount {
            if prefix.indices.allSatisfy({ invoice[$0] == prefix[$0] }) { return rules.prefixes[index].type }
        }
        return nil
    }
}
