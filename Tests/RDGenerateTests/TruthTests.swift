import RDBytes
import RDGenerate
import Testing

/// The truth against a count of the file by other code.
struct TruthTests {
    @Test(arguments: [UInt64(1), 2, 3, 4, .max])
    func itIsWhatTheFileHolds(seed: UInt64) throws {
        let made = try Made(rows: 8000, seed: seed)
        expect(made, is: Count(made.rows()))
    }

    @Test func itIsWithEveryFaultToo() throws {
        let made = try Made(rows: 15_000, seed: 9) {
            $0.badRowRate = 20_000
            $0.quotedNewlineRate = 50_000
            $0.unsortedRate = 100_000
            $0.duplicateRate = 200_000
            $0.blankDescriptionRate = 100_000
            $0.cancelRate = 400_000
        }
        #expect(made.truth.rejects > 200)
        expect(made, is: Count(made.rows()))
    }

    @Test(arguments: [0, 1, 2, 7, 40])
    func itIsInSmallFiles(rows: Int) throws {
        let made = try Made(rows: rows, seed: 5) { $0.badRowRate = 300_000 }
        #expect(made.rows().count == rows)
        expect(made, is: Count(made.rows()))
    }

    @Test(arguments: [UInt64(0), 1_000_000])
    func ratesOfNoneAndAllHold(rate: UInt64) throws {
        let made = try Made(rows: 3000, seed: 6) {
            $0.duplicateRate = rate
            $0.cancelRate = rate
        }
        expect(made, is: Count(made.rows()))
        if rate == 0 { #expect(made.truth.duplicates == 0) }
    }

    private func expect(_ made: Made, is count: Count, _ place: SourceLocation = #_sourceLocation) {
        let truth = made.truth
        #expect(truth.rows == count.rows, sourceLocation: place)
        #expect(truth.rejects == count.rejects, sourceLocation: place)
        #expect(truth.duplicates == count.duplicates, sourceLocation: place)
        #expect(truth.identical == count.identical, sourceLocation: place)
        #expect(truth.facts == count.keys.count, sourceLocation: place)
        #expect(truth.moneyIn == count.moneyIn, sourceLocation: place)
        #expect(truth.netAmount == count.net, sourceLocation: place)
        #expect(truth.lineTotal == count.lineTotal, sourceLocation: place)
        #expect(truth.products == count.products.count, sourceLocation: place)
        #expect(truth.customers == count.customers.subtracting([""]).count, sourceLocation: place)
        #expect(truth.countries == count.countries.count, sourceLocation: place)
        #expect(truth.guests == count.guests, sourceLocation: place)
        let byMonth = count.months.sorted { $0.key < $1.key }
        #expect(truth.months.map(\.month) == byMonth.map(\.key), sourceLocation: place)
        #expect(truth.months.map(\.facts) == byMonth.map(\.value), sourceLocation: place)
    }
}

/// What the cells of a file say, with US dates.
private struct Count {
    var rows = 0
    var rejects = 0
    var duplicates = 0
    var identical = 0
    var guests = 0
    var moneyIn: Int128 = 0
    var net: Int128 = 0
    var lineTotal: Int128 = 0
    var keys: Set<[String]> = []
    var whole: Set<[String]> = []
    var products: Set<String> = []
    var customers: Set<String> = []
    var countries: Set<String> = []
    var months: [Int: Int] = [:]

    init(_ records: [[String]]) {
        for cells in records { take(cells) }
    }

    private mutating func take(_ cells: [String]) {
        rows += 1
        let date = cells[4].split(separator: "/")
        guard cells.count == 8, let quantity = Int128(cells[3]), let month = Int(date[0]), month < 13,
            let year = Int(date[2].prefix(4)), let price = Self.pence(cells[5])
        else {
            rejects += 1
            return
        }
        // Ten-thousandths, as the truth counts.
        let amount = quantity * price * 100
        moneyIn += amount
        let isNewRow = whole.insert(cells).inserted
        guard keys.insert([cells[0], cells[1]]).inserted else {
            duplicates += 1
            if !isNewRow { identical += 1 }
            return
        }
        net += amount
        lineTotal += abs(amount)
        products.insert(cells[1])
        customers.insert(cells[6])
        countries.insert(cells[7])
        if cells[6].isEmpty { guests += 1 }
        months[year * 100 + month, default: 0] += 1
    }

    /// `2.1` is 210 pence.
    private static func pence(_ text: String) -> Int128? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = Int128(parts[0]) else { return nil }
        guard parts.count == 2 else { return whole * 100 }
        let digits = parts[1].count == 1 ? parts[1] + "0" : parts[1]
        guard digits.count == 2, let fraction = Int128(digits) else { return nil }
        return text.hasPrefix("-") ? whole * 100 - fraction : whole * 100 + fraction
    }
}
