public import RDBytes

/// What `rd-gen` is to make.
public struct GeneratorOptions: Sendable {
    /// The order in which dates are written.
    public enum Dates: String, CaseIterable, Sendable {
        case us, eu, iso
    }

    /// The encoding, with its byte order mark where it has one.
    public enum Encoding: String, CaseIterable, Sendable {
        case latin1, utf8
        case utf8BOM = "utf8-bom"
        case utf16LE = "utf16le"
        case utf16BE = "utf16be"
    }

    /// Rows under the header.
    public var rows = 541_909
    /// The same seed makes the same bytes, on any machine.
    public var seed: UInt64 = 1
    /// Months that the rows are spread over.
    public var months = 13
    /// The first day, at midnight.
    public var start = Timestamp(year: 2010, month: 12, day: 1)!
    /// The encoding.
    public var encoding = Encoding.latin1
    /// The order of dates.
    public var dates = Dates.us
    /// Between cells.
    public var delimiter: UInt8 = 0x2C
    /// CRLF, or LF alone.
    public var hasCR = true
    /// Write customers as spreadsheets do: `17850.0`.
    public var hasCustomerSuffix = false
    /// Rates in millionths: of rows that repeat a stock code of their invoice,
    public var duplicateRate: UInt64 = 19_716
    /// of invoices without a customer,
    public var blankCustomerRate: UInt64 = 249_267
    /// of rows without a description,
    public var blankDescriptionRate: UInt64 = 2_683
    /// of invoices that are cancellations,
    public var cancelRate: UInt64 = 148_000
    /// of rows that cannot be taken,
    public var badRowRate: UInt64 = 0
    /// of rows with a line end inside a quoted description,
    public var quotedNewlineRate: UInt64 = 0
    /// and of invoices that are dated a month before their place in the file.
    public var unsortedRate: UInt64 = 0

    /// A file like the UCI Online Retail one.
    public init() {}
}

/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): small, fast, and the same
/// everywhere.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    @inline(__always) mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, near enough to evenly.
    @inline(__always) mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True once in so many millionths.
    @inline(__always) mutating func happens(_ millionths: UInt64) -> Bool {
        millionths > 0 && next().multipliedFullWidth(by: 1_000_000).high < millionths
    }
}
