import RDBytes
import RDPostgres

/// The product dimension in memory: stock codes, keys, and what the stream says about them.
struct ProductCache: ~Copyable {
    private struct News {
        var number: Int32
        var start: Int
        var length: Int32
        var isDescribed: Bool
        var price: Int64
        var soldAt: Timestamp
    }

    private var index = KeyIndex(capacity: 8192)
    private var keys: [Int32] = []
    private var nextKey: Int32 = 1
    private let known: Int
    private var news: [News] = []
    private var texts = ByteBuffer(capacity: 1 << 16)
    private(set) var misses = 0

    /// Reads the dimension.
    init(_ connection: Connection) throws {
        let rows = try connection.execute("SELECT product_key, stock_code FROM retail_dw.dim_products ORDER BY 1")
        for row in 0..<rows.rowCount {
            let key = Int32(rows[row, 0] ?? "") ?? 0
            index.insert(text: rows[row, 1] ?? "")
            keys.append(key)
            nextKey = max(nextKey, key + 1)
        }
        known = rows.rowCount
    }

    /// Products that are new.
    var added: Int { keys.count - known }

    /// The key of a product, given now where it is new.
    @inline(__always) mutating func key(_ code: RawSpan) -> Int32 {
        let found = index.insert(code)
        if found.isNew {
            keys.append(nextKey)
            nextKey += 1
            misses += 1
        }
        return keys[found.number]
    }

    /// Notes what a product's line says.
    mutating func note(_ code: RawSpan, _ line: RawSpan, description: FieldValue, price: Int64, soldAt: Timestamp) {
        let found = index.insert(code)
        if found.isNew {
            keys.append(nextKey)
            nextKey += 1
        }
        let start = texts.count
        if description.isString { texts.appendUnescaped(line, description.range) }
        news.append(
            News(
                number: Int32(found.number), start: start, length: Int32(texts.count - start),
                isDescribed: description.isString, price: price, soldAt: soldAt))
    }

    /// Copies what is new into the dimension, and updates what is known by the latest business time.
    func save(_ copy: RowCopy, version: Int32) throws {
        try copy.connection.script(
            """
            CREATE TEMP TABLE product_news (product_key integer, stock_code text COLLATE "C", description text,
                unit_price numeric(18, 4), last_sold_at timestamp) ON COMMIT DROP
            """)
        try copy.rows("product_news") { out in
            var told = [Bool](repeating: false, count: keys.count)
            for item in news {
                told[Int(item.number)] = true
                append(item, to: &out)
            }
            for number in known..<keys.count where !told[number] { appendInferred(number, to: &out) }
        }
        try copy.connection.execute(
            """
            INSERT INTO retail_dw.dim_products AS p
                (product_key, stock_code, description, unit_price, last_sold_at, version_id)
            SELECT DISTINCT ON (product_key) product_key, stock_code, description, unit_price, last_sold_at, $1::integer
            FROM product_news ORDER BY product_key, last_sold_at DESC NULLS LAST
            ON CONFLICT (product_key) DO UPDATE
            SET description = coalesce(excluded.description, p.description),
                unit_price = coalesce(nullif(excluded.unit_price, 0), p.unit_price),
                last_sold_at = excluded.last_sold_at, version_id = excluded.version_id
            WHERE excluded.last_sold_at >= coalesce(p.last_sold_at, '-infinity')
              AND (excluded.description IS DISTINCT FROM p.description OR excluded.unit_price IS DISTINCT FROM p.unit_price
                   OR excluded.last_sold_at IS DISTINCT FROM p.last_sold_at)
            """, [String(version)])
    }

    private func append(_ item: News, to out: inout ByteBuffer) {
        out.appendRow(columns: 5)
        out.appendColumn(keys[Int(item.number)])
        index.withKey(Int(item.number)) { out.appendColumn($0) }
        if item.isDescribed {
            out.appendColumn(texts.bytes.bytes.extracting(item.start..<item.start + Int(item.length)))
        } else {
            out.appendNull()
        }
        out.appendColumn(decimal: item.price)
        out.appendColumn(item.soldAt)
    }

    private func appendInferred(_ number: Int, to out: inout ByteBuffer) {
        out.appendRow(columns: 5)
        out.appendColumn(keys[number])
        index.withKey(number) { out.appendColumn($0) }
        for _ in 0..<3 { out.appendNull() }
    }
}
