import RDBytes
import RDPostgres
import RDProcess
import RDWarehouse
import Testing

@Suite struct DatabaseCheckTests {
    @Test func aGoodDatabasePassesEveryCheck() throws {
        let check = DatabaseCheck(try WarehouseServer.connectToWarehouse())
        let results = try [
            check.version(), check.schema(MigrationRunner(share: WarehouseServer.share)), check.privileges(),
            check.disk { _ in 1 << 40 }, check.clock(now: Clock.unixMilliseconds),
        ]
        #expect(results.allSatisfy { $0.failure == nil }, "\(results)")
    }

    @Test func aDatabaseWithoutSchemaFailsOneCheck() throws {
        let check = DatabaseCheck(try WarehouseServer.connect())
        let result = try check.schema(MigrationRunner(share: WarehouseServer.share))
        #expect(result.failure?.exitCode == .configuration && result.detail.contains("0001_create_schema"))
        #expect(check.privileges().failure == nil)
    }

    @Test func aFullDiskAndAWrongClockFail() throws {
        let check = DatabaseCheck(try WarehouseServer.connect())
        #expect(check.disk { _ in 1 << 20 }.failure?.exitCode == .unavailable)
        #expect(check.disk { _ in nil }.failure == nil)
        let late = check.clock { Clock.unixMilliseconds() - 60_000 }
        #expect(late.failure?.exitCode == .unavailable && late.detail.contains("ahead"))
    }

    @Test func aRoleWithoutRightsIsToldWhichToGet() throws {
        let conninfo = try WarehouseServer.makeDatabase()
        let owner = try Connection(conninfo, applicationName: "test")
        try MigrationRunner(share: WarehouseServer.share).apply(to: owner)
        let role = "r_" + randomBytes(6).map { String($0, radix: 16) }.joined()
        try owner.script("CREATE ROLE \(role) LOGIN")
        let check = DatabaseCheck(try Connection(conninfo + " user=\(role)", applicationName: "test"))
        let failure = try #require(check.privileges().failure)
        #expect(failure.exitCode == .permission)
        #expect(failure.remedy.contains("GRANT USAGE, CREATE ON SCHEMA retail_dw TO \"\(role)\""))
        #expect(check.schema(try MigrationRunner(share: WarehouseServer.share)).failure?.exitCode == .permission)
    }

    @Test func aLostConnectionFailsTheCheckRatherThanTheProgram() throws {
        let connection = try WarehouseServer.connect()
        connection.close()
        #expect(DatabaseCheck(connection).clock { 0 }.failure?.exitCode == .temporary)
    }

    @Test func theStatusCountsWhatIsThere() throws {
        let connection = try WarehouseServer.connectToWarehouse()
        try connection.script(
            """
            INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1), (2, 'Spain', 1);
            INSERT INTO retail_dw.data_versions (version_number, run, job_name, records_count, status, inserted, updated,
                unchanged, money_before, money_after) VALUES (7, gen_random_uuid(), 'j', 12, 'committed', 12, 0, 0, 0, 0);
            SELECT retail_dw.create_fact_month('2010-12-01'), retail_dw.index_fact_month('2010-12-01'),
                   retail_dw.attach_fact_month('2010-12-01');
            """)
        let status = try WarehouseStatus(of: connection)
        #expect(status.version?.number == 7 && status.version?.records == 12)
        #expect(status.tables.first { $0.name == "dim_country" }?.rows == 2)
        #expect(status.tables.first { $0.name == "fact_sales" }?.partitions == 1)
        #expect(!status.tables.contains { $0.name.hasPrefix("fact_sales_2") })
        #expect(status.tables.allSatisfy { $0.bytes > 0 })
        #expect(try WarehouseStatus(of: WarehouseServer.connect()).tables.isEmpty)
    }
}
