import RDPostgres
import RDWarehouse
import Testing

/// `retail_dw.roll_back` and what depends on it, by SQL alone; the property tests drive it with loads.
@Suite struct RollBackTests {
    private func version(_ number: Int, _ connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO retail_dw.data_versions (version_id, version_number, run, job_name, records_count, status, inserted,
                updated, unchanged, money_before, money_after)
            VALUES ($1, $1, gen_random_uuid(), 'test', 0, 'committed', 0, 0, 0, 0, 0)
            """, [String(number)])
    }

    private func rollBack(to number: Int, _ connection: Connection) throws -> String? {
        try connection.transaction {
            try connection.value("SELECT retail_dw.roll_back($1, gen_random_uuid(), 'test')", [String(number)])
        }
    }

    private func statuses(_ connection: Connection) throws -> String? {
        try connection.value(
            "SELECT string_agg(left(status, 1), '' ORDER BY version_number) FROM retail_dw.data_versions")
    }

    private func warehouse(versions: Int) throws -> Connection {
        let connection = try WarehouseServer.connectToWarehouse()
        for number in 1...versions { try version(number, connection) }
        try connection.execute(
            "SELECT setval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'), $1)", [String(versions)])
        return connection
    }

    @Test func aRollbackIsAVersionThatCanBeUndone() throws {
        let connection = try warehouse(versions: 3)
        #expect(try rollBack(to: 1, connection) == "4")
        #expect(try statuses(connection) == "crrc")
        #expect(try rollBack(to: 3, connection) == "5")
        #expect(try statuses(connection) == "cccrc")
        #expect(try rollBack(to: 4, connection) == "6")
        #expect(try statuses(connection) == "crrcrc")
    }

    @Test func productsOfAnotherVersionComeBackAsTheyWere() throws {
        let connection = try warehouse(versions: 1)
        try connection.script(
            """
            INSERT INTO retail_dw.dim_products (product_key, stock_code, description, version_id) VALUES
                (1, 'A', 'first', 1), (2, 'B', 'gone', 1);
            """)
        try version(2, connection)
        try connection.script(
            """
            SELECT setval(pg_get_serial_sequence('retail_dw.data_versions', 'version_id'), 2);
            INSERT INTO retail_dw.dim_products_archive SELECT *, 2 FROM retail_dw.dim_products;
            UPDATE retail_dw.dim_products SET description = 'second', version_id = 2 WHERE product_key = 1;
            DELETE FROM retail_dw.dim_products WHERE product_key = 2;
            INSERT INTO retail_dw.dim_products (product_key, stock_code, description, version_id) VALUES (3, 'B', 'new', 2);
            """)
        func products(_ version: Int) throws -> String? {
            try connection.value(
                """
                SELECT string_agg(product_key || stock_code || description, ' ' ORDER BY product_key)
                FROM retail_dw.dim_products_as_of($1)
                """, [String(version)])
        }
        #expect(try rollBack(to: 1, connection) == "3")
        #expect(try products(3) == "1Afirst 2Bgone")
        #expect(try products(2) == "1Asecond 3Bnew")
        #expect(try products(1) == "1Afirst 2Bgone")
        #expect(try rollBack(to: 2, connection) == "4")
        #expect(try products(4) == "1Asecond 3Bnew")
        #expect(try products(3) == "1Afirst 2Bgone")
    }

    @Test func rejectsFollowTheirLoad() throws {
        let connection = try warehouse(versions: 2)
        try connection.execute(
            """
            INSERT INTO retail_dw.etl_rejects (run, stage, code, status)
            SELECT run, 'clean', 'duplicate', s FROM retail_dw.data_versions, unnest(ARRAY['open', 'resolved']) AS s
            """)
        func rejects() throws -> String? {
            try connection.value(
                """
                SELECT string_agg(r.status, ' ' ORDER BY version_number, r.reject_id)
                FROM retail_dw.etl_rejects AS r JOIN retail_dw.data_versions USING (run)
                """)
        }
        _ = try rollBack(to: 1, connection)
        #expect(try rejects() == "open resolved rolled_back resolved")
        _ = try rollBack(to: 2, connection)
        #expect(try rejects() == "open resolved open resolved")
    }

    @Test func rejectsAreResolvedByARetryWhileItIsInEffect() throws {
        let connection = try warehouse(versions: 2)
        try connection.execute(
            """
            INSERT INTO retail_dw.etl_rejects (run, stage, line, code)
            SELECT run, 'ingest', line, 'bad_pattern'
            FROM (SELECT run FROM retail_dw.data_versions WHERE version_number = 1) AS v, (VALUES (2), (3), (4)) AS l (line)
            """)
        try connection.execute(
            """
            INSERT INTO retail_dw.etl_rejects (run, stage, line, code)
            SELECT run, 'clean', 3, 'bad_type' FROM retail_dw.data_versions WHERE version_number = 2
            """)
        let resolved = try connection.value(
            """
            SELECT retail_dw.resolve_rejects(w.run, v.run, 'ingest', '{[1,2]}')
            FROM retail_dw.data_versions AS v, retail_dw.data_versions AS w
            WHERE v.version_number = 1 AND w.version_number = 2
            """)
        #expect(resolved == "2")
        func rejects() throws -> String? {
            try connection.value("SELECT string_agg(status, ' ' ORDER BY reject_id) FROM retail_dw.etl_rejects")
        }
        #expect(try rejects() == "resolved superseded open open")
        _ = try rollBack(to: 1, connection)
        #expect(try rejects() == "open open open rolled_back")
        _ = try rollBack(to: 2, connection)
        #expect(try rejects() == "resolved superseded open open")
    }

    @Test(arguments: [(0, "the first is 1"), (-1, "there is no version -1"), (9, "there is no version 9")])
    func versionsThatAreNotThereAreNamed(_ version: Int, _ words: String) throws {
        let connection = try warehouse(versions: 2)
        let error = #expect(throws: PostgresError.self) { try rollBack(to: version, connection) }
        #expect(error?.message.contains(words) == true)
        #expect(try statuses(connection) == "cc")
    }

    @Test func versionsWithoutHistoryAreRefused() throws {
        let connection = try warehouse(versions: 3)
        try connection.script(
            """
            INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1);
            SELECT retail_dw.prune_versions(ARRAY[1], 'pruned', NULL)
            """)
        #expect(throws: PostgresError.self) { try rollBack(to: 1, connection) }
        #expect(throws: PostgresError.self) { try connection.execute("SELECT * FROM retail_dw.dim_country_as_of(1)") }
        #expect(try rollBack(to: 2, connection) == "4")
    }
}
