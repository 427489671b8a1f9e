import RDBytes
import RDPostgres

/// What a product's own line says.
struct ProductLine {
    var price: Int64
    var soldAt: Timestamp
    var describedAt: Timestamp
    var pricedAt: Timestamp
    var isNote: Bool
}

/// The product dimension in memory: stock codes, keys, and what the stream says about them.
struct ProductCache: ~Copyable {
    private struct News {
        var number: Int32
        var start: Int
        var length: Int32
        var isDescribed: Bool
        var line: ProductLine
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
        let next = Int32(try connection.value("SELECT retail_dw.next_product_key()") ?? "") ?? 1
        let rows = try connection.execute("SELECT product_key, stock_code FROM retail_dw.dim_products ORDER BY 1")
        for row in 0..<rows.rowCount {
            index.insert(text: rows[row, 1] ?? "")
            keys.append(Int32(rows[row, 0] ?? "") ?? 0)
        }
        known = rows.rowCount
        nextKey = next
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

    /// Notes what a product's line says; of two, the later in the stream wins where their times are the same.
    mutating func note(_ code: RawSpan, _ line: RawSpan, description: FieldValue, _ values: ProductLine) {
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
                isDescribed: texts.count > start, line: values))
    }

    /// Copies what is new into the dimension, and updates what is known: each value by its own business time.
    func save(_ copy: RowCopy, version: Int32) throws {
        try copy.connection.script(Self.createNews)
        try copy.rows("product_news") { out in
            var told = [Bool](repeating: false, count: keys.count)
            for (place, item) in news.enumerated() {
                told[Int(item.number)] = true
                append(item, place, to: &out)
            }
            for number in known..<keys.count where !told[number] { appendInferred(number, to: &out) }
        }
        try copy.connection.execute(Self.merge)
        try copy.connection.execute(Self.archiveChanged, [String(version)])
        try copy.connection.execute(Self.write, [String(version)])
    }

    private func append(_ item: News, _ place: Int, to out: inout ByteBuffer) {
        out.appendRow(columns: 10)
        out.appendColumn(Int32(truncatingIfNeeded: place))
        out.appendColumn(keys[Int(item.number)])
        index.withKey(Int(item.number)) { out.appendColumn($0) }
        if item.isDescribed {
            out.appendColumn(texts.bytes.bytes.extracting(item.start..<item.start + Int(item.length)))
        } else {
            out.appendNull()
        }
        out.appendColumn(item.line.describedAt)
        out.appendColumn(item.line.isNote)
        if item.line.price > 0 { out.appendColumn(decimal: item.line.price) } else { out.appendNull() }
        out.appendColumn(item.line.pricedAt)
        out.appendColumn(item.line.soldAt)
        out.appendColumn(false)
    }

    private func appendInferred(_ number: Int, to out: inout ByteBuffer) {
        out.appendRow(columns: 10)
        out.appendColumn(Int32(0))
        out.appendColumn(keys[number])
        index.withKey(number) { out.appendColumn($0) }
        out.appendNull()
        out.appendNull()
        out.appendColumn(false)
        for _ in 0..<3 { out.appendNull() }
        out.appendColumn(true)
    }
}

extension ProductCache {
    private static let createNews = """
        CREATE TEMP TABLE product_news (place integer, product_key integer, stock_code text COLLATE "C",
            description text, described_at timestamp, is_note boolean, unit_price numeric(18, 4), priced_at timestamp,
            last_sold_at timestamp, is_inferred boolean) ON COMMIT DROP
        """

    /// Each product as it will be: the best of what the stream says and of what is held.
    private static let merge = """
        CREATE TEMP TABLE product_changes ON COMMIT DROP AS
        WITH descriptions AS (
            SELECT DISTINCT ON (product_key) product_key, description, described_at, is_note FROM product_news
            WHERE description IS NOT NULL ORDER BY product_key, is_note, described_at DESC, place DESC
        ), prices AS (
            SELECT DISTINCT ON (product_key) product_key, unit_price, priced_at FROM product_news
            WHERE unit_price IS NOT NULL ORDER BY product_key, priced_at DESC, place DESC
        ), sales AS (
            SELECT product_key, min(stock_code) AS stock_code, max(last_sold_at) AS last_sold_at,
                   bool_and(is_inferred) AS is_inferred
            FROM product_news GROUP BY 1
        )
        SELECT s.product_key, s.stock_code, p.product_key IS NULL AS is_new,
               CASE WHEN is_better THEN d.description ELSE p.description END AS description,
               CASE WHEN is_better THEN d.described_at ELSE p.described_at END AS described_at,
               CASE WHEN is_better THEN d.is_note ELSE coalesce(p.is_note, false) END AS is_note,
               CASE WHEN is_later THEN q.unit_price ELSE p.unit_price END AS unit_price,
               CASE WHEN is_later THEN q.priced_at ELSE p.priced_at END AS priced_at,
               greatest(s.last_sold_at, p.last_sold_at) AS last_sold_at,
               s.is_inferred AND coalesce(p.is_inferred, true) AS is_inferred
        FROM sales AS s LEFT JOIN descriptions AS d USING (product_key) LEFT JOIN prices AS q USING (product_key)
        LEFT JOIN retail_dw.dim_products AS p USING (product_key),
             LATERAL (SELECT d.description IS NOT NULL
                          AND (p.description IS NULL OR p.is_note AND NOT d.is_note
                               OR p.is_note = d.is_note AND d.described_at >= coalesce(p.described_at, '-infinity'))
                          AS is_better,
                      q.unit_price IS NOT NULL
                          AND (p.unit_price IS NULL OR q.priced_at >= coalesce(p.priced_at, '-infinity'))
                          AS is_later) AS news
        """

    private static let archiveChanged = """
        INSERT INTO retail_dw.dim_products_archive
        SELECT p.*, $1::integer FROM retail_dw.dim_products AS p JOIN product_changes AS n USING (product_key)
        WHERE (p.description, p.described_at, p.is_note, p.unit_price, p.priced_at, p.last_sold_at, p.is_inferred)
            IS DISTINCT FROM (n.description, n.described_at, n.is_note, n.unit_price, n.priced_at, n.last_sold_at, n.is_inferred)
        """

    private static let write = """
        INSERT INTO retail_dw.dim_products AS p
            (product_key, stock_code, description, unit_price, last_sold_at, version_id, described_at, is_note, priced_at,
             is_inferred)
        SELECT product_key, stock_code, description, unit_price, last_sold_at, $1::integer, described_at, is_note,
               priced_at, is_inferred
        FROM product_changes
        ON CONFLICT (product_key) DO UPDATE
        SET description = excluded.description, unit_price = excluded.unit_price, last_sold_at = excluded.last_sold_at,
            version_id = excluded.version_id, described_at = excluded.described_at, is_note = excluded.is_note,
            priced_at = excluded.priced_at, is_inferred = excluded.is_inferred
        WHERE (p.description, p.described_at, p.is_note, p.unit_price, p.priced_at, p.last_sold_at, p.is_inferred)
            IS DISTINCT FROM (excluded.description, excluded.described_at, excluded.is_note, excluded.unit_price,
                              excluded.priced_at, excluded.last_sold_at, excluded.is_inferred)
        """
}
