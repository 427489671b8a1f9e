public import RDBytes

/// What the manifest says of one file of an archive: a compressed CSV with a header.
public struct ArchiveFile: Equatable, Sendable {
    /// The file's name in the archive's folder.
    public var name = ""
    /// The table whose rows it holds.
    public var table = ""
    /// The month of its rows, as `2010-12`; nil where it is not of one month.
    public var month: String?
    /// Its columns, in order.
    public var columns: [String] = []
    /// Rows, without the header.
    public var rows = 0
    /// The sum of the rows' `net_amount`, in ten thousandths; nil where they have none.
    public var netAmount: Int128?
    /// Bytes before compression, and their SHA-256 in hexadecimal.
    public var bytes = 0
    /// SHA-256 of the bytes before compression, in hexadecimal.
    public var sha256 = ""
    /// Bytes on disk.
    public var compressedBytes = 0
    /// SHA-256 of the bytes on disk, in hexadecimal.
    public var compressedSHA256 = ""

    /// A file without rows.
    public init() {}

    /// The manifest's entry.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [.init("name", .string(name)), .init("table", .string(table))]
        if let month { members.append(.init("month", .string(month))) }
        members.append(.init("rows", .integer(rows)))
        if let netAmount { members.append(.init("net_amount", .string(Decimal4.text(netAmount)))) }
        members += [
            .init("bytes", .integer(bytes)), .init("sha256", .string(sha256)),
            .init("compressed_bytes", .integer(compressedBytes)), .init("compressed_sha256", .string(compressedSHA256)),
            .init("columns", .array(columns.map { .string($0) })),
        ]
        return .object(members)
    }

    /// Reads an entry of a manifest; nil where something is missing, a count is negative, or the name leads out of the
    /// folder.
    init?(_ json: JSONValue) {
        guard let name = json["name"]?.string, !name.contains("/"), let table = json["table"]?.string,
            let rows = json["rows"]?.integer, let bytes = json["bytes"]?.integer, let sha256 = json["sha256"]?.string,
            let compressedBytes = json["compressed_bytes"]?.integer,
            let compressedSHA256 = json["compressed_sha256"]?.string,
            let columns = json["columns"]?.array, min(rows, bytes, compressedBytes) >= 0
        else { return nil }
        self.name = name
        self.table = table
        month = json["month"]?.string
        self.columns = columns.compactMap(\.string)
        self.rows = rows
        netAmount = json["net_amount"]?.string.flatMap { Decimal4.sum($0) }
        self.bytes = bytes
        self.sha256 = sha256
        self.compressedBytes = compressedBytes
        self.compressedSHA256 = compressedSHA256
    }
}
