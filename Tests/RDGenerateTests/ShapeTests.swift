import RDBytes
import RDGenerate
import Testing

/// Whether a generated file looks like the real one; the tolerances are wide, the seed is fixed.
struct ShapeTests {
    /// Made once for all of these tests.
    private static let made = Result { try Made(rows: 60_000).rows() }
    private let rows: [[String]]

    init() throws { rows = try Self.made.get() }

    @Test func aQuarterOfTheRowsHasNoCustomer() {
        #expect((0.2...0.3).contains(rows.share { $0[6].isEmpty }))
    }

    @Test func oneRowInFiftyRepeatsAnEarlierOneOfItsInvoice() {
        var keys: Set<[String]> = []
        let repeated = rows.count { !keys.insert([$0[0], $0[1]]).inserted }
        #expect((0.015...0.025).contains(Double(repeated) / Double(rows.count)))
    }

    @Test func cancellationsBeginWithCAndCountBackwards() {
        let cancelled = rows.filter { $0[0].hasPrefix("C") }
        #expect((0.01...0.025).contains(Double(cancelled.count) / Double(rows.count)))
        #expect(cancelled.allSatisfy { $0[3].hasPrefix("-") && !$0[6].isEmpty })
    }

    @Test func writeOffsHaveNoPriceAndNoCustomer() {
        let writtenOff = rows.filter { $0[3].hasPrefix("-") && !$0[0].hasPrefix("C") }
        #expect(writtenOff.count > 50)
        #expect(writtenOff.allSatisfy { $0[5] == "0" && $0[6].isEmpty })
        #expect(writtenOff.contains { $0[2].isEmpty })
        #expect(writtenOff.contains { $0[2] != $0[2].uppercased() })
    }

    @Test(arguments: ["POST", "DOT", "M", "C2", "D", "S", "BANK CHARGES", "AMAZONFEE"])
    func theSpecialCodesAreThere(code: String) {
        #expect(rows.contains { $0[1] == code })
    }

    @Test func descriptionsNeedCleaning() {
        #expect(rows.contains { $0[2].hasSuffix(" ") })
        #expect(rows.contains { $0[2].contains("  ") })
        #expect(rows.contains { $0[2].contains(",") })
        #expect(rows.contains { $0[2].contains("\"") })
    }

    @Test func someCustomersHaveTwoCountries() {
        var countries: [String: Set<String>] = [:]
        for row in rows where !row[6].isEmpty { countries[row[6], default: []].insert(row[7]) }
        #expect(countries.values.contains { $0.count == 2 })
        #expect(countries.values.allSatisfy { $0.count <= 2 })
    }

    @Test func thePoundSignIsOneByteInLatin1() throws {
        let made = try Made(rows: 20_000)
        #expect(made.bytes.contains(0xA3))
        #expect(!made.bytes.contains(0xC2))
    }

    @Test func invoicesComeInOrderOfTimeAndNeverOnSaturdays() throws {
        let iso = try Made(rows: 20_000) { $0.dates = .iso }.rows()
        let dates = iso.map { $0[4] }
        #expect(dates == dates.sorted())
        #expect(!dates.contains { $0.hasPrefix("2010-12-04") })
        #expect(dates.contains { $0.hasPrefix("2010-12-05") })
    }

    @Test func aFewProductsSellMuchMoreThanTheOthers() {
        var counts: [String: Int] = [:]
        for row in rows { counts[row[1], default: 0] += 1 }
        let sorted = counts.values.sorted()
        #expect(sorted[sorted.count - 1] > 10 * sorted[sorted.count / 2])
    }
}
