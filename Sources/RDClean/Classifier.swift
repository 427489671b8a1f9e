import RDBytes
import RDRecord

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
