import RDBytes
import RDIngest
import Testing

@Suite struct DateOrderTests {
    private func rows(_ dates: String...) -> String {
        header + dates.map { row.replacing("12/13/2010 8:26", with: $0) }.joined()
    }

    @Test(arguments: [
        ("12/13/2010 8:26", "us", "2010-12-13T08:26:00"), ("13/12/2010 8:26", "eu", "2010-12-13T08:26:00"),
        ("2010-12-13 08:26:30", "iso", "2010-12-13T08:26:30"), ("13.12.10", "eu", "2010-12-13T00:00:00"),
        ("12/31/99 11:59:59 PM", "us", "1999-12-31T23:59:59"), ("2010/12/13T08:26", "iso", "2010-12-13T08:26:00"),
    ])
    func forms(date: String, order: String, iso: String) {
        let result = ingest(rows(date))
        #expect(result.open?["source"]?["date_order"]?.string == order)
        #expect(result.records.first?["invoice_date"]?.string == iso)
    }

    @Test(arguments: [true, false]) func theDecisiveDateMayComeLate(isFile: Bool) {
        let many = header + String(repeating: row.replacing("12/13", with: "1/2"), count: 20_000) + row
        let result = ingest(many, isFile: isFile)
        #expect(result.error == nil)
        #expect(result.records.first?["invoice_date"]?.string == "2010-01-02T08:26:00")
        #expect(result.open?["source"]?["evidence"]?["date_order"]?["why"]?.string == "line 20002: 12/13/2010 8:26")
    }

    @Test func aPipeIsLookedAtUpToItsLimit() {
        let many = header + String(repeating: row.replacing("12/13", with: "1/2"), count: 20_000) + row
        let result = ingest(many) { $0.sniffBytes = 100_000 }
        #expect(result.error?.remedy?.contains("--sniff-bytes") == true)
    }

    @Test func undecidable() {
        let error = ingest(rows("1/2/2010 8:00", "3/4/2010 9:00")).error
        #expect(error?.exitCode == .data)
        #expect(error?.remedy?.contains("--dates us") == true)
    }

    @Test func aContradictionNamesBothLines() {
        let result = ingest(rows("12/13/2010 8:26", "1/2/2010 8:26", "14/12/2010 8:26"))
        #expect(result.error?.message.contains("line 2: 12/13/2010 8:26") == true)
        #expect(result.error?.message.contains("line 4: 14/12/2010 8:26") == true)
        #expect(result.control("abort").count == 1)
        #expect(result.control("close").isEmpty)
    }

    @Test func aPinnedOrderRejects() {
        let result = ingest(rows("1/2/2010 8:26", "14/12/2010 8:26")) { $0.pins.dates = .us }
        #expect(result.rejects == ["3 bad_datetime"])
        #expect(result.records.first?["invoice_date"]?.string == "2010-01-02T08:26:00")
    }

    @Test func outOfBoundsAndNoDate() {
        let result = ingest(
            rows("12/13/2010 8:26", "12/13/2190 8:26", "99/99/2010", "2/29/2011 1:00", "12/13/2010 25:00"))
        #expect(result.rejects == ["3 date_out_of_range", "4 bad_datetime", "5 bad_datetime", "6 bad_datetime"])
    }
}
