import RDBytes
import RDIngest
import RDRecord
import Testing

/// Rows that were set aside once and are read anew: they keep their source and their places in it.
@Suite struct RowOriginTests {
    @Test func rowsKeepTheirSourceAndTheirPlaces() throws {
        let origin = RowOrigin(
            source: ["uri": "sales.csv", "sha256": "abc", "retry": ["run": "r"]], rows: [(17, 900), (23, nil)])
        let bad = "536365,8512?,WHITE HEART,6,12/13/2010 8:26,2.55,17850,United Kingdom\n"
        let result = ingest(header + row + bad) { $0.origin = origin }
        #expect(result.control("open").first?["source"] == origin.source)
        #expect(result.records.map { $0["line"] } == [17])
        let reject = try #require(result.control("reject").first)
        #expect(reject["line"] == 23)
        #expect(reject["offset"] == .null)
    }
}
