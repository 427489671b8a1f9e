import RDBytes
import RDPostgres
import RDProcess
import RDWarehouse
import Testing

@Suite struct MigrationTests {
    private func files(_ texts: [String]) throws -> [Migration] {
        try texts.enumerated().map { index, sql in try Migration(name: "000\(index + 1)_some_change", sql: sql) }
    }

    private static let first = """
        CREATE SCHEMA retail_dw;
        CREATE TABLE retail_dw.schema_migrations
            (number integer PRIMARY KEY, name text, sha256 text, applied_at timestamptz DEFAULT now());
        """

    @Test func theFilesAreAppliedOnceAndInOrder() throws {
        let connection = try WarehouseServer.connect()
        let runner = try MigrationRunner(share: WarehouseServer.share)
        #expect(runner.files.first?.number == 1)
        #expect(zip(runner.files, runner.files.dropFirst()).allSatisfy { $0.number < $1.number })
        #expect(try runner.apply(to: connection) == runner.files)
        #expect(try runner.apply(to: connection).isEmpty)
        #expect(try runner.state(of: connection).applied.map(\.name) == runner.files.map(\.name))
        let hash = try connection.value("SELECT encode(sha256(convert_to($1, 'UTF8')), 'hex')", [runner.files[0].sql])
        #expect(runner.files[0].sha256 == hash)
    }

    @Test func everyFileRunsInPsqlAsItStands() throws {
        let conninfo = try WarehouseServer.makeDatabase()
        let folder = WarehouseServer.share + "/sql/migrations"
        for migration in try readMigrations(folder: folder) {
            let arguments = ["-qX1", "-v", "ON_ERROR_STOP=1", "-d", conninfo, "-f", "\(folder)/\(migration.name).sql"]
            #expect(try capture("psql", arguments).ending == .exit(0), "\(migration.name)")
        }
    }

    @Test func everyTableColumnAndFunctionIsDescribed() throws {
        let connection = try WarehouseServer.connectToWarehouse()
        let bare = try connection.execute(
            """
            SELECT c.relname FROM pg_class AS c
            WHERE relnamespace = 'retail_dw'::regnamespace AND relkind IN ('r', 'p', 'v')
              AND obj_description(c.oid, 'pg_class') IS NULL
            UNION ALL
            SELECT c.relname || '.' || attname FROM pg_class AS c JOIN pg_attribute ON attrelid = c.oid
            WHERE relnamespace = 'retail_dw'::regnamespace AND relkind IN ('r', 'p', 'v') AND attnum > 0
              AND NOT attisdropped AND col_description(c.oid, attnum) IS NULL
            UNION ALL
            SELECT proname FROM pg_proc AS p
            WHERE pronamespace = 'retail_dw'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
              AND NOT EXISTS (SELECT FROM pg_depend AS d WHERE d.objid = p.oid AND d.deptype = 'e')
            """)
        #expect((0..<bare.rowCount).compactMap { bare[$0, 0] } == [])
    }

    @Test func figuresOfBeforeBelongToTheAttemptThatWroteThem() throws {
        let connection = try WarehouseServer.connect()
        let files = try MigrationRunner(share: WarehouseServer.share).files
        for file in files where file.number < 24 { try connection.script(file.sql) }
        // One run failed twice and then went well, the figures of the first attempt written at its moment; one has only
        // one attempt and another moment; and one left no row.
        try connection.script(
            """
            INSERT INTO retail_dw.etl_job_runs (job_name, status, records_processed, duration, run, created_at, kind)
            SELECT 'j', 'failed', 0, 0, ('00000000-0000-7000-8000-00000000000' || run)::uuid, at::timestamptz, 'load'
            FROM (VALUES (1, '2026-01-01'), (1, '2026-01-02'), (1, '2026-01-03'), (2, '2026-01-04')) AS v (run, at);
            INSERT INTO retail_dw.data_quality_metrics (table_name, metric_type, run, stage, status, created_at)
            SELECT 't', 'validity', ('00000000-0000-7000-8000-00000000000' || run)::uuid, 'load', 'pass', at::timestamptz
            FROM (VALUES (1, '2026-01-01'), (1, '2026-01-02'), (1, '2026-01-09'), (2, '2026-01-09'), (3, '2026-01-01'))
                AS v (run, at);
            """)
        for file in files where file.number == 24 { try connection.script(file.sql) }
        let attempts = try connection.value(
            "SELECT string_agg(coalesce(job_id::text, '-'), ' ' ORDER BY metric_id) FROM retail_dw.data_quality_metrics"
        )
        #expect(attempts == "1 2 3 4 -")
    }

    @Test func manyAtOnceApplyEachFileOnce() async throws {
        let conninfo = try WarehouseServer.makeDatabase()
        let runner = try MigrationRunner(share: WarehouseServer.share)
        let count = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask { try runner.apply(to: Connection(conninfo, applicationName: "test")).count }
            }
            return try await group.reduce(0, +)
        }
        #expect(count == runner.files.count)
    }

    @Test func aFileThatFailsLeavesNothing() throws {
        let connection = try WarehouseServer.connect()
        let runner = MigrationRunner(try files([Self.first, "CREATE TABLE retail_dw.t (n integer)", "SELECT 1 / 0"]))
        let error = try #require(throws: RDError.self) { try runner.apply(to: connection) }
        #expect(error.message.contains("0003_some_change") && error.message.contains("division by zero"))
        #expect(try connection.value("SELECT to_regnamespace('retail_dw')") == nil)
    }

    @Test func aFileThatChangedIsRefusedByName() throws {
        let connection = try WarehouseServer.connect()
        try MigrationRunner(files([Self.first, "SELECT 1"])).apply(to: connection)
        let runner = MigrationRunner(try files([Self.first, "SELECT 2"]))
        let error = try #require(throws: RDError.self) { try runner.apply(to: connection) }
        #expect(error.exitCode == .configuration && error.message.contains("0002_some_change"))
    }

    @Test func aNewerDatabaseIsRefused() throws {
        let connection = try WarehouseServer.connect()
        try MigrationRunner(files([Self.first, "SELECT 1"])).apply(to: connection)
        let error = try #require(throws: RDError.self) {
            try MigrationRunner(files([Self.first])).apply(to: connection)
        }
        #expect(error.exitCode == .configuration && error.message.contains("newer"))
    }

    @Test func aFileThatComesLateIsRefused() throws {
        let all = try files([Self.first, "SELECT 1", "SELECT 2"])
        let applied = [all[0], all[2]].map {
            MigrationState.Applied(number: $0.number, name: $0.name, sha256: $0.sha256)
        }
        let error = try #require(throws: RDError.self) { try MigrationState(applied: applied, files: all) }
        #expect(error.exitCode == .configuration && error.message.contains("0002_some_change"))
    }

    @Test func droppingIsPartOfTheTransaction() throws {
        let connection = try WarehouseServer.connect()
        try MigrationRunner(files([Self.first, "CREATE TABLE retail_dw.t AS SELECT 42 AS n"])).apply(to: connection)
        let broken = MigrationRunner(try files([Self.first, "SELECT 1 / 0"]))
        #expect(throws: RDError.self) { try broken.apply(to: connection, droppingSchema: true) }
        #expect(try connection.value("SELECT n FROM retail_dw.t") == "42")
        let other = MigrationRunner(try files([Self.first]))
        #expect(try other.apply(to: connection, droppingSchema: true).count == 1)
        #expect(try connection.value("SELECT to_regclass('retail_dw.t')") == nil)
    }

    @Test(arguments: ["create_schema", "001_short", "0001create", "", "٠٠٠١_digits"])
    func aNameNeedsItsNumber(_ name: String) throws {
        #expect(throws: RDError.self) { try Migration(name: name, sql: "") }
    }

    @Test func twoFilesMayNotShareANumber() throws {
        let folder = TemporaryFolder()
        for name in ["0001_one.sql", "0001_two.sql", "README.md"] {
            try writeAtomically(Array("SELECT 1".utf8), to: "\(folder.path)/\(name)")
        }
        let error = try #require(throws: RDError.self) { try readMigrations(folder: folder.path) }
        #expect(error.exitCode == .configuration)
        #expect(throws: RDError.self) { try readMigrations(folder: folder.path + "/missing") }
    }
}
