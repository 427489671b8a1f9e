public import RDBytes

/// What a sales row is, which decides the sign of its money.
public enum TransactionType: UInt8, CaseIterable, Sendable {
    case sale
    /// Goods that came back: a `C` invoice, or a negative quantity.
    case `return`
    /// A correction of the books: an `A` invoice, or stock written off at no price.
    case adjustment
    case postage
    /// Bank charges, marketplace commission and the like.
    case fee
    case discount
    /// Entered by hand.
    case manual
    case sample
    case voucher

    /// The name that the stream and the warehouse use.
    public var name: StaticString {
        switch self {
        case .sale: "sale"
        case .return: "return"
        case .adjustment: "adjustment"
        case .postage: "postage"
        case .fee: "fee"
        case .discount: "discount"
        case .manual: "manual"
        case .sample: "sample"
        case .voucher: "voucher"
        }
    }

    /// The sign of its money where a record does not carry one: returns are negative.
    @inlinable public var usualSign: Int64 { self == .return ? -1 : 1 }

    /// The type with this name; nil for another.
    public init?(name: String) {
        guard let found = Self.allCases.first(where: { "\($0.name)" == name }) else { return nil }
        self = found
    }

    /// The type named by the bytes of `range`; nil for another.
    @inlinable public init?(_ line: RawSpan, _ range: Range<Int>) {
        if range.count == 4, line.equals(range, "sale") {
            self = .sale
            return
        }
        guard let found = Self.allCases.first(where: { line.equals(range, $0.name) }) else { return nil }
        self = found
    }
}
