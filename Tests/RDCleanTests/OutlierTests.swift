import RDBytes
@testable import RDClean
import RDRecord
import Testing

@Suite struct OutlierTests {
    /// Type 7 quartiles of a sorted list, times four.
    private func expected(_ sorted: [Int64], _ quarters: Int) -> Int128 {
        let place = (sorted.count - 1) * quarters
        let low = Int128(sorted[place / 4])
        let high = Int128(sorted[min(place / 4 + 1, sorted.count - 1)])
        return low * Int128(4 - place % 4) + high * Int128(place % 4)
    }

    @Test func quartilesAreThoseOfASort() throws {
        for size in [1, 2, 3, 4, 5, 10, 999, 5000] {
            let values = (0..<size).map { _ in Int64.random(in: -500...500) }
            var counts = ValueCounts()
            for value in values { counts.add(value) }
            let quartiles = try #require(counts.quartiles)
            #expect(quartiles.first == expected(values.sorted(), 1))
            #expect(quartiles.third == expected(values.sorted(), 3))
            #expect(counts.isExact)
        }
    }

    @Test func tooManyDistinctValuesAreRounded() throws {
        var counts = ValueCounts(limit: 1000)
        for value in 0..<100_000 { counts.add(Int64(value)) }
        #expect(!counts.isExact)
        let quartiles = try #require(counts.quartiles)
        #expect(abs(quartiles.first - 4 * 25_000) < 4 * 2000)
    }

    @Test func rowsAreFlaggedAndNeverDropped() throws {
        var rows = (0..<2000).map {
            record(("invoice_no", .string(String($0 + 1))), ("quantity", .integer($0 % 10 + 1)))
        }
        rows.append(record(("invoice_no", "7777"), ("quantity", 1000)))
        let result = try clean(rows)
        #expect(result.records.count == 2001)
        #expect(result.records.last?["outlier"] == ["quantity"])
        #expect(result.records.dropLast().allSatisfy { $0["outlier"] == nil })
        #expect(result.metric("outliers", "quantity") == "1")
        #expect(result.metric("outlier_upper", "quantity") == "15.5")
        #expect(result.metric("outlier_lower", "quantity") == "-4.5")
    }

    @Test func givenBoundsHoldFromTheFirstRow() throws {
        let bounds = try #require(GivenBounds(list: "quantity=1:5,unit_price=0.5:2.54"))
        let result = try clean([record(("quantity", 5)), record(("stock_code", "B"), ("unit_price", .number("0.5")))]) {
            $0.bounds = bounds
        }
        #expect(result.records.map { $0["outlier"] } == [["unit_price"], ["quantity"]])
        for wrong in ["quantity=1", "price=1:2", "quantity=5:1", "quantity=a:b"] {
            #expect(GivenBounds(list: wrong) == nil)
        }
    }

    @Test func boundsOfAnEarlierRun() throws {
        let rows = (0..<2000).map {
            record(("invoice_no", .string(String($0 + 1))), ("quantity", .integer($0 % 10 + 1)))
        }
        let first = try clean(rows)
        let again = try clean([record(("quantity", 16)), record(("stock_code", "B"), ("quantity", 15))]) {
            $0.bounds = GivenBounds(metrics: first.lines)
        }
        #expect(again.records.map { $0["outlier"] } == [["quantity"], nil])
    }
}
