import RDBytes
import RDPostgres
import RDProcess
import RDQuality
import RDRecord
import RDWarehouse
import Testing

/// A stream that brings rejects anew, loaded into a warehouse whose first version set them aside.
@Suite struct RetryTests {
    private let warehouse: VersionedWarehouse
    private let run: String

    init() throws {
        warehouse = try VersionedWarehouse()
        try warehouse.load(1, VersionedWarehouse.december)
        run = try #require(try warehouse.connection.value("SELECT run FROM retail_dw.data_versions"))
        try warehouse.connection.execute(
            """
            INSERT INTO retail_dw.etl_rejects (run, stage, line, code, raw)
            SELECT $1::uuid, 'load', line, 'date_out_of_range', '{}' FROM generate_series(7, 9) AS line
            """, [run])
    }

    /// Loads facts, of the lines from 7 on, as retries of the rejects `ids`.
    private func retry(_ ids: [Int], _ sales: [SaleLine], options: LoadOptions = LoadOptions()) throws -> LoadSummary {
        let identity = try #require(RunID(VersionedWarehouse.run()))
        var out = ByteBuffer()
        let source: JSONValue = ["uri": "a.csv", "retry": Retry(run: run, stage: "load", rejects: ids).json]
        StreamOpen(run: identity, job: "sales", source: source).append(to: &out)
        for (index, sale) in sales.enumerated() {
            var line = sale
            line.line = 7 + index
            SalesStream.append(.sale(line), to: &out)
        }
        StreamClose(run: identity, ledger: []).append(to: &out)
        let surroundings = Loader.Surroundings(
            connect: { try warehouse.connect() },
            makeClean: { throw RDError(.internalError, "facts need no cleaning") },
            newRun: { identity }, job: "sales", inputChannel: nil, clock: Clock.monotonicNanoseconds)
        var loader = Loader(
            from: MemorySource(out.withBytes { Array($0) }), options: options, surroundings: surroundings)
        return try loader.run()
    }

    private func statuses() throws -> String? {
        try warehouse.connection.value("SELECT string_agg(status, ' ' ORDER BY reject_id) FROM retail_dw.etl_rejects")
    }

    private static let fresh = VersionedWarehouse.sale(
        "536900", "85123A", "2010-12-09T10:00:00", "17850", "France", 1, 25_500)

    @Test func aRowThatIsTakenResolvesItsReject() throws {
        let summary = try retry([1], [Self.fresh])
        #expect(summary.facts.inserted == 1)
        #expect(try statuses() == "resolved open open")
    }

    @Test func aRowWhoseSaleIsThereIsADuplicateAndChangesNothing() throws {
        let before = try warehouse.state()[0]
        let there = VersionedWarehouse.december[0]
        let changed = VersionedWarehouse.sale(
            there.key.invoice, there.key.stockCode, there.key.moment, "17850", "France", 99, 25_500)
        let summary = try retry([1, 2], [changed, Self.fresh])
        #expect(summary.facts.inserted == 1 && summary.facts.updated == 0)
        #expect(summary.rejected.map(\.code) == ["duplicate"])
        #expect(try statuses() == "superseded resolved open open")
        #expect(Set(before).isSubset(of: try warehouse.state()[0]))
    }

    @Test func rejectsThatAreNotOpenAnyMoreStopTheLoad() throws {
        _ = try retry([2], [Self.fresh])
        let before = try warehouse.state()
        let other = VersionedWarehouse.sale("536901", "85123A", "2010-12-09T10:00:00", "17850", "France", 1, 25_500)
        let error = #expect(throws: RDError.self) { try retry([1, 2, 3], [other]) }
        #expect(error?.exitCode == .temporary)
        #expect(try warehouse.state() == before)
        #expect(try statuses() == "open resolved open")
    }

    @Test func aPlannedRetryResolvesNothing() throws {
        var options = LoadOptions()
        options.isPlan = true
        #expect(try retry([1, 3], [Self.fresh], options: options).status == .planned)
        #expect(try statuses() == "open open open")
    }

    @Test func identitiesThatFollowEachOtherAreOneRange() {
        let json = Retry(run: "r", stage: "ingest", rejects: [9, 3, 1, 2, 7, 8]).json
        #expect(json["ids"] == "{[1,3],[7,9]}")
        #expect(json["rejects"] == 6)
    }
}
