import RDBytes

/// Takes the text of an archive's file as it passes, and says what the manifest must say of it.
struct ArchiveDigest {
    private var hash = SHA256()
    private var tally: CSVTally
    private var bytes = 0
    private let hasSum: Bool

    /// A digest of a file with these columns; `net_amount` is added up where it is one of them.
    init(columns: [String]) {
        let place = columns.firstIndex(of: "net_amount")
        tally = CSVTally(summing: place)
        hasSum = place != nil
    }

    /// Takes the next bytes, the header's first.
    mutating func take(_ piece: UnsafeRawBufferPointer) {
        hash.update(piece)
        tally.take(piece)
        bytes += piece.count
    }

    /// Puts what was found into `file`; nothing may be taken after it.
    mutating func finish(_ file: inout ArchiveFile) {
        file.bytes = bytes
        file.sha256 = SHA256.hex(hash.finalize())
        file.rows = max(tally.records - 1, 0)
        file.netAmount = hasSum ? tally.sum : nil
    }
}

/// A query whose rows make one file of an archive. Its order must be total, so that the same rows give the same bytes.
public struct ArchiveQuery: Sendable {
    /// The name of the file without its ending.
    public var name: String
    /// The table whose rows they are.
    public var table: String
    /// The month of the rows, as `2010-12`; nil where they are not of one month.
    public var month: String?
    /// A SELECT with an ORDER BY. A column `net_amount` is money and added up.
    public var sql: String

    /// A query for one file.
    public init(_ name: String, table: String, month: String? = nil, sql: String) {
        self.name = name
        self.table = table
        self.month = month
        self.sql = sql
    }

    /// What COPY is given: an empty text is `""`, NULL nothing, so that rows come back as they were.
    var copy: String { "COPY (\(sql)) TO STDOUT (FORMAT csv, HEADER)" }
}
