import RDBytes
import RDPostgres

/// The country dimension in memory: names, keys, and those that are new.
struct CountryCache: ~Copyable {
    private var index = KeyIndex(capacity: 256)
    private var keys: [Int32] = []
    private var nextKey: Int32 = 1
    private let known: Int
    private(set) var misses = 0

    /// Reads the dimension.
    init(_ connection: Connection) throws {
        let next = Int32(try connection.value("SELECT retail_dw.next_country_key()") ?? "") ?? 1
        let rows = try connection.execute("SELECT country_key, country_name FROM retail_dw.dim_country ORDER BY 1")
        for row in 0..<rows.rowCount {
            index.insert(text: rows[row, 1] ?? "")
            keys.append(Int32(rows[row, 0] ?? "") ?? 0)
        }
        known = rows.rowCount
        nextKey = next
    }

    /// Countries that are new.
    var added: Int { keys.count - known }

    /// The key of a country, given now where it is new.
    @inline(__always) mutating func key(_ name: RawSpan) -> Int32 {
        let found = index.insert(name)
        if found.isNew {
            keys.append(nextKey)
            nextKey += 1
            misses += 1
        }
        return keys[found.number]
    }

    /// The key of a country by its name.
    mutating func key(named name: String) -> Int32 {
        var bytes = Array(name.utf8)
        return bytes.withUnsafeMutableBytes { key(UnsafeRawBufferPointer($0).bytes) }
    }

    /// The name of the country with this key.
    func withName<R>(ofKey key: Int32, _ body: (RawSpan) -> R) -> R {
        index.withKey(keys.firstIndex(of: key) ?? 0) { body($0) }
    }

    /// Copies what is new into the dimension.
    func save(_ copy: RowCopy, version: Int32) throws {
        guard added > 0 else { return }
        try copy.rows("retail_dw.dim_country (country_key, country_name, version_id)") { out in
            for number in known..<keys.count {
                out.appendRow(columns: 3)
                out.appendColumn(keys[number])
                index.withKey(number) { out.appendColumn($0) }
                out.appendColumn(version)
            }
        }
    }
}

/// Copies rows that are held in memory.
struct RowCopy {
    let connection: Connection

    /// Copies the rows that `body` appends into `target`, a table with its columns.
    func rows(_ target: String, _ body: (inout ByteBuffer) throws -> Void) throws {
        var out = ByteBuffer(capacity: 1 << 16)
        out.appendCopyHeader()
        try body(&out)
        out.appendCopyTrailer()
        try connection.copyIn("COPY \(target) FROM STDIN (FORMAT binary)")
        try out.withBytes { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        try connection.finishCopy()
    }
}
