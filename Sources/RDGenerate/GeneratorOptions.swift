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
    /// The first day of the first month, at midnight.
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
    /// of invoices without a customer, write-offs among them; they are longer than others: a quarter of the rows,
    public var blankCustomerRate: UInt64 = 168_000
    /// of rows without a description, besides those of write-offs,
    public var blankDescriptionRate: UInt64 = 0
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
