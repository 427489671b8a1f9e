import RDBytes
import RDIngest
import Testing

/// Dates that are not of the order that was decided or pinned: never a silent swap.
@Suite struct DateContradictionTests {
    private func rows(_ dates: String...) -> String {
        header + dates.map { row.replacing("12/13/2010 8:26", with: $0) }.joined()
    }

    @Test(arguments: ["1/2/2010 8:26", "12/13/2010 8:26", "13/12/2010 8:26", "1.2.10"])
    func yearFirstThenAnother(date: String) {
        let result = ingest(rows("2010-12-13 08:26", date))
        #expect(result.error?.exitCode == .data)
        #expect(result.error?.message.contains("line 2: 2010-12-13 08:26") == true)
        #expect(result.error?.message.contains("line 3: \(date)") == true)
        #expect(result.records.count == 1)
    }

    @Test func yearFirstGoesWithAnyOrder() {
        for date in ["12/13/2010 8:26", "13/12/2010 8:26"] {
            let result = ingest(rows(date, "2010-12-13T08:26:00"))
            #expect(result.error == nil)
            #expect(Set(result.records.map { $0["invoice_date"]?.string }) == ["2010-12-13T08:26:00"])
        }
    }

    @Test func yearFirstDecidesNothingAfterAnAmbiguousDate() {
        let unclear = ingest(rows("1/2/2010 8:26", "2010-12-13 08:26"))
        #expect(unclear.error?.remedy?.contains("--dates") == true)
        let clear = ingest(rows("1/2/2010 8:26", "2010-12-13 08:26", "13/2/2010 8:26"))
        #expect(clear.error == nil)
        #expect(clear.records.first?["invoice_date"]?.string == "2010-02-01T08:26:00")
    }

    @Test(arguments: [
        (DateOrder.us, ["2 bad_datetime"]), (.eu, ["3 bad_datetime"]), (.iso, ["2 bad_datetime", "3 bad_datetime"]),
    ])
    func aPinnedOrderSetsTheOthersAside(order: DateOrder, expected: [String]) {
        let result = ingest(rows("13/12/2010 8:26", "12/13/2010 8:26", "2010-12-13")) { $0.pins.dates = order }
        #expect(result.error == nil)
        #expect(result.rejects == expected)
        #expect(result.open?["source"]?["date_order"]?.string == order.rawValue)
        #expect(
            result.open?["source"]?["evidence"]?["date_order"]
                == ["why": "given on the command line", "flag": "--dates"])
    }

    @Test(arguments: ["us", "eu"]) func theOtherOrderIsAContradiction(first: String) {
        let dates = first == "us" ? ["12/31/2010 8:26", "31/12/2010 8:26"] : ["31/12/2010 8:26", "12/31/2010 8:26"]
        let result = ingest(rows(dates[0], "1/2/2010 8:26", dates[1]))
        #expect(result.error?.exitCode == .data)
        #expect(result.error?.message.contains("line 2: \(dates[0])") == true)
        #expect(result.error?.message.contains("line 4: \(dates[1])") == true)
        #expect(result.error?.remedy?.contains("--dates") == true)
    }

    @Test func theDecisionHoldsForOneFile() {
        let result = ingest([Array(rows("12/31/2010 8:26").utf8), Array(rows("31/12/2010 8:26").utf8)])
        #expect(result.error == nil)
        #expect(result.records.map { $0["invoice_date"]?.string } == ["2010-12-31T08:26:00", "2010-12-31T08:26:00"])
        #expect(result.control("source").first?["date_order"]?.string == "eu")
    }

    @Test(arguments: [
        ("1/31/69 0:00", "2069-01-31T00:00:00"), ("1/31/70 0:00", "1970-01-31T00:00:00"),
        ("12/31/2010 12:00 AM", "2010-12-31T00:00:00"), ("12/31/2010 12:00:00 pm", "2010-12-31T12:00:00"),
        ("12/31/2010 1:05PM", "2010-12-31T13:05:00"), ("12/31/2010  8:26", "2010-12-31T08:26:00"),
        ("12-31-2010 08:26:59.000", "2010-12-31T08:26:59"), ("2/29/2012 8:26", "2012-02-29T08:26:00"),
    ])
    func forms(date: String, iso: String) {
        let result = ingest(rows(date)) {
            $0.pins.dates = .us
            $0.schema = unboundedSchema
        }
        #expect(result.records.first?["invoice_date"]?.string == iso)
    }

    @Test(arguments: [
        "12/31/2010 24:00", "12/31/2010 8:60", "12/31/2010 13:00 PM", "12/31/2010 0:10 AM", "12/31/2010 8", "12/31",
        "2/29/2011", "12/31-2010", "12/31/20100", "12/31/2010 8:26Z", "yesterday", "12/31/2010 8:26:30.5",
    ])
    func whatIsNoDate(date: String) {
        #expect(ingest(rows("12/31/2010 8:26", date)).rejects == ["3 bad_datetime"])
    }
}
