import RDBytes
import RDRecord

/// What each customer was last seen with.
struct CustomerMemory: ~Copyable {
    private var index = KeyIndex(capacity: 8192)
    private var countries: [Int32] = []
    /// Members put out.
    private(set) var versions = 0
    /// Of them, those that are not a customer's first.
    var changes: Int { versions - index.count }

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
    /// Before any business time.
    private static let never = Timestamp(seconds: .min)

    private struct Latest {
        var price: Int64 = 0
        var priced = ProductMemory.never
        var seen = ProductMemory.never
        var described = ProductMemory.never
        var worth = DescriptionWorth.none
        var start = 0
        var room = 0
        var length = 0
    }

    private var index = KeyIndex(capacity: 8192)
    private var latest: [Latest] = []
    private var texts = ByteBuffer(capacity: 1 << 18)

    /// How many products there are.
    var count: Int { index.count }

    /// Notes what a row says about its product. Description, price and last sale each have a business time of their own:
    /// the later wins, and of two of one moment the greater. A note about stock never replaces a name and
    /// gives way to one; a price of nothing is none: the outcome does not depend on the order of rows.
    @inline(__always)
    mutating func note(_ line: RawSpan, _ row: SalesRow, _ worth: DescriptionWorth, _ moment: Timestamp) {
        let found = index.insert(line.extracting(row.stockCode))
        if found.isNew { latest.append(Latest()) }
        if moment > latest[found.number].seen { latest[found.number].seen = moment }
        notePrice(row.price, moment, found.number)
        guard worth != .none, let description = row.description else { return }
        let held = latest[found.number]
        guard worth.rawValue > held.worth.rawValue || worth == held.worth && moment >= held.described else { return }
        if worth == held.worth, moment == held.described, !isGreater(line, description, held) { return }
        latest[found.number].worth = worth
        latest[found.number].described = moment
        keep(line, description, found.number)
    }

    @inline(__always) private mutating func notePrice(_ price: Int64, _ moment: Timestamp, _ number: Int) {
        guard price != 0, moment >= latest[number].priced else { return }
        if moment > latest[number].priced || price > latest[number].price { latest[number].price = price }
        latest[number].priced = moment
    }

    private func isGreater(_ line: RawSpan, _ text: Range<Int>, _ held: Latest) -> Bool {
        let other = texts.bytes.bytes.extracting(held.start..<held.start + held.length)
        for index in 0..<min(text.count, other.byteCount) where line[text.lowerBound + index] != other[index] {
            return line[text.lowerBound + index] > other[index]
        }
        return text.count > other.byteCount
    }

    private mutating func keep(_ line: RawSpan, _ text: Range<Int>, _ number: Int) {
        let held = latest[number]
        if held.length == text.count {
            let same = texts.bytes.bytes.extracting(held.start..<held.start + held.length)
            if same.isEqual(to: line.extracting(text)) { return }
        }
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
            if product.worth != .none {
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
            out.append(#"","described_at":"#)
            append(product.described, to: &out)
            out.append(#","priced_at":"#)
            append(product.priced, to: &out)
            out.append(product.worth == .note ? #","is_note":true"# : #","is_note":false"#)
            out.append("}\n")
        }
    }

    /// Appends a moment in quotes, or null for none.
    private func append(_ moment: Timestamp, to out: inout ByteBuffer) {
        guard moment != Self.never else { return out.append("null") }
        out.append(0x22)
        moment.append(to: &out)
        out.append(0x22)
    }
}
