/// A value of a flat JSON record: where it stands in its line.
public struct FieldValue: Equatable, Sendable {
    /// What kind of JSON value it is.
    public enum Kind: UInt8, Sendable {
        /// The record has no such member.
        case absent
        case null
        case string
        /// A string with escapes in it: undo them before its bytes mean anything.
        case escapedString
        case number
        case bool
        /// An array or object, brackets included.
        case nested
    }

    /// First byte; for a string the one after its opening quote.
    public var start: Int32
    /// Past the last byte; for a string its closing quote.
    public var end: Int32
    /// What stands there.
    public var kind: Kind

    /// A value at `range`.
    @inlinable public init(_ range: Range<Int>, _ kind: Kind) {
        start = Int32(truncatingIfNeeded: range.lowerBound)
        end = Int32(truncatingIfNeeded: range.upperBound)
        self.kind = kind
    }

    /// Where it stands.
    @inlinable public var range: Range<Int> { Int(start)..<Int(end) }
    /// True for a string, with or without escapes.
    @inlinable public var isString: Bool { kind == .string || kind == .escapedString }
    /// True where there is no value.
    @inlinable public var isMissing: Bool { kind == .absent || kind == .null }
    /// The value as it stands in JSON, quotes included.
    @inlinable public var outer: Range<Int> { isString ? Int(start) - 1..<Int(end) + 1 : range }
}

/// The most members of a record that a scanner knows by name.
public let recordSlots = 20

/// The values of one record: known members by slot, the others in order.
public struct FieldTable {
    /// Which slot followed each slot in the records before; the last place is for the first member.
    @usableFromInline var guesses = InlineArray<21, Int8>(repeating: -1)
    /// By slot of the scanner's names; `absent` where the record has no such member.
    public var known = InlineArray<20, FieldValue>(repeating: FieldValue(0..<0, .absent))
    /// Members that the scanner has no name for: where each name (inside its quotes) and its value stand.
    public var others: [(name: Range<Int>, value: FieldValue)] = []

    /// A table with nothing in it.
    public init() {}

    /// The value in `slot`.
    @inlinable public subscript(slot: Int) -> FieldValue { known[slot] }
}
