import RDBytes
import RDRecord

/// What each customer was last seen with.
struct CustomerMemory: ~Copyable {
    private var index = KeyIndex(capacity: 8192)
    private var countries: [Int32] = []
    /// Members put out.
    private(set) var versions = 0

    /// Notes a customer's country, and says whether that is new or another than before. `GUEST` stands for everybody
    /// who is not known, and is put out once.
    @inline(__always)
    mutating func note(_ line: RawSpan, _ customer: Range<Int>, country: Int) -> Bool {
        let found = index.insert(line.extracting(customer))
        if found.isNew {
            countries.append(Int32(truncatingIfNeeded: country))
        } else {
            guard countries[found.number] != Int32(truncatingIfNeeded: country), !line.equals(customer, "GUEST") else {
                return false
            }
            countries[found.number] = Int32(truncatingIfNeeded: country)
        }
        versions += 1
        return true
    }
}

/// The latest description and price of each product.
struct ProductMemory: ~Copyable {
    private struct Latest {
        var price: Int64
        var seen: Timestamp
        var described: Timestamp
        var start: Int
        var room: Int
        var length: Int
    }

    private var index = KeyIndex(capacity: 8192)
    private var latest: [Latest] = []
    private var texts = ByteBuffer(capacity: 1 << 18)

    /// How many products there are.
    var count: Int { index.count }

    /// Notes what a row says about its product; the later row by business time wins, and of two of one moment the later
    /// in the stream. A missing description (`Unknown`) or a price of nothing never replaces one that is there.
    @inline(__always)
    mutating func note(_ line: RawSpan, _ row: SalesRow, _ moment: Timestamp) {
        let found = index.insert(line.extracting(row.stockCode))
        if found.isNew {
            latest.append(
                Latest(
                    price: row.price, seen: moment, described: Timestamp(seconds: .min), start: 0, room: 0, length: 0))
        } else if moment >= latest[found.number].seen {
            latest[found.number].seen = moment
            if row.price != 0 { latest[found.number].price = row.price }
        }
        guard let description = row.description, moment >= latest[found.number].described else { return }
        if row.type == .adjustment, latest[found.number].length > 0 { return }
        keep(line, description, found.number, moment)
    }

    private mutating func keep(_ line: RawSpan, _ text: Range<Int>, _ number: Int, _ moment: Timestamp) {
        let held = latest[number]
        if held.length == text.count, held.length > 0 {
            let same = texts.bytes.bytes.extracting(held.start..<held.start + held.length)
            if same.isEqual(to: line.extracting(text)) {
                latest[number].described = moment
                return
            }
        }
        if line.equals(text, "Unknown"), held.length > 0 { return }
        latest[number].described = moment
        latest[number].length = text.count
        if text.count <= held.room {
            texts.overwrite(line, text, at: held.start)
        } else {
            latest[number].start = texts.count
            latest[number].room = text.count
            texts.append(line, text)
        }
    }

    /// Appends every product with what was last known of it.
    mutating func append(to out: inout ByteBuffer) {
        for (number, product) in latest.enumerated() {
            out.append(#"{"dim":"product","stock_code":""#)
            index.withKey(number) { out.append($0) }
            out.append(#"","description":"#)
            if product.length > 0 {
                out.append(0x22)
                out.append(texts.bytes.bytes, product.start..<product.start + product.length)
                out.append(0x22)
            } else {
                out.append("null")
            }
            out.append(#","unit_price":"#)
            Decimal4.append(product.price, to: &out)
            out.append(#","last_sold_at":""#)
            product.seen.append(to: &out)
            out.append("\"}\n")
        }
    }
}
