public import RDBytes
public import RDRecord

/// Which descriptions are notes about stock (`damaged`, `?`) and no names of goods: `description_notes` of the rules.
public struct NoteRules: Sendable {
    /// Notes on any line, in lower case.
    public let values: [String]
    /// Transaction types on whose lines the other rules hold.
    public let types: [TransactionType]
    /// True where the other rules also hold on lines without a price.
    public let includesUnpriced: Bool
    /// True where a description without a capital letter is a note on such lines.
    public let isLowerCase: Bool
    /// What a note on such lines matches as a whole.
    public let patterns: [BytePattern]

    init(_ json: JSONValue?, pattern: (String) throws(RDError) -> BytePattern) throws(RDError) {
        func texts(_ name: String) -> [String] { (json?[name]?.array ?? []).compactMap(\.string) }
        values = texts("values").map { $0.lowercased() }
        let lines = texts("stock_lines")
        types = lines.compactMap { TransactionType(name: $0) }
        includesUnpriced = lines.contains("no_price")
        isLowerCase = json?["lower_case"]?.bool ?? false
        patterns = try texts("patterns").map(pattern)
    }
}

/// Tells notes from names.
struct NoteWatch: ~Copyable {
    private let rules: NoteRules
    private var values = KeyIndex(capacity: 64)
    private var longest = 0
    private let looksAtSales: Bool
    /// By the first byte, in lower case: is there a note that begins with it?
    private var begins = InlineArray<256, Bool>(repeating: false)
    private var folded = ByteBuffer(capacity: 64)

    init(_ rules: NoteRules) {
        self.rules = rules
        looksAtSales = rules.types.contains(.sale)
        for value in rules.values {
            values.insert(text: value)
            longest = max(longest, value.utf8.count)
            if let first = value.utf8.first { begins[Int(first)] = true }
        }
    }

    /// True where `text`, a tidied description, is a note. Most are told to be none by their length or first letter.
    @inline(__always)
    mutating func isNote(_ text: RawSpan, _ type: TransactionType, price: Int64) -> Bool {
        guard text.byteCount > 0 else { return false }
        if text.byteCount <= longest, begins[Int(Self.lower(text[0]))], isValue(text) { return true }
        guard price == 0 || type != .sale || looksAtSales else { return false }
        return isStockNote(text, type, price)
    }

    private mutating func isValue(_ text: RawSpan) -> Bool {
        folded.removeAll()
        for index in 0..<text.byteCount { folded.append(Self.lower(text[index])) }
        return values.find(folded.bytes.bytes) != nil
    }

    @inline(never) private func isStockNote(_ text: RawSpan, _ type: TransactionType, _ price: Int64) -> Bool {
        guard price == 0 && rules.includesUnpriced || rules.types.contains(type) else { return false }
        if rules.isLowerCase, !text.hasUpperCase { return true }
        return rules.patterns.contains { $0.view.matches(text) }
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }
}
