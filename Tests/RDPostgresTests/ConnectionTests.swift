import RDBytes
import RDPostgres
import Testing

@Suite struct ConnectionTests {
    @Test func parametersComeBackAsTheyWere() throws {
        let connection = try TestServer.connect()
        let texts: [String?] = ["plain", nil, "", "quote ' \" \\", "Grüße 🎉", "two\nlines"]
        let list = (1...texts.count).map { "$\($0)::text" }.joined(separator: ", ")
        let result = try connection.execute("SELECT \(list)", texts)
        #expect(result.rowCount == 1 && result.columnCount == texts.count)
        #expect((0..<texts.count).map { result[0, $0] } == texts)
    }

    @Test func aNULByteIsRefusedRatherThanCut() throws {
        let connection = try TestServer.connect()
        let error = try #require(throws: PostgresError.self) { try connection.execute("SELECT $1::text", ["a\0b"]) }
        #expect(error.sqlstate == "22021" && error.exitCode == .data)
    }

    @Test func affectedRowsAndTags() throws {
        let connection = try TestServer.connect()
        try connection.script("CREATE TEMP TABLE t (n integer); INSERT INTO t SELECT generate_series(1, 7)")
        let result = try connection.execute("UPDATE t SET n = n + 1 WHERE n > 4")
        #expect(result.affectedRows == 3 && result.commandTag == "UPDATE 3")
        #expect(try connection.value("SELECT sum(n) FROM t") == "31")
        #expect(try connection.value("SELECT n FROM t WHERE false") == nil)
        #expect(try connection.execute("SELECT n AS many FROM t").columnName(0) == "many")
    }

    @Test func theSessionKnowsItself() throws {
        let connection = try TestServer.connect("somebody")
        #expect(try connection.value("SELECT pg_backend_pid()") == String(connection.backendPID))
        #expect(try connection.value("SELECT current_setting('application_name')") == "somebody")
        #expect(connection.serverVersion >= 120_000)
        #expect(connection.parameterStatus("client_encoding") == "UTF8")
        #expect(connection.socketDescriptor > 2 && connection.databaseName == "retail")
    }

    @Test func aTransactionCommitsOrRollsBack() throws {
        struct Stop: Error {}
        let connection = try TestServer.connect()
        try connection.script("CREATE TEMP TABLE t (n integer)")
        try connection.transaction { try connection.execute("INSERT INTO t VALUES (1)") }
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.execute("INSERT INTO t VALUES (2)")
                throw Stop()
            }
        }
        #expect(try connection.value("SELECT string_agg(n::text, ',') FROM t") == "1")
    }

    /// The server answers COMMIT with ROLLBACK there, and with no error.
    @Test func aFailedTransactionDoesNotPassForCommitted() throws {
        let connection = try TestServer.connect()
        let error = try #require(throws: PostgresError.self) {
            try connection.transaction { _ = try? connection.execute("SELECT 1 / 0") }
        }
        #expect(error.sqlstate == "25P02")
        #expect(try connection.value("SELECT 1") == "1")
    }

    @Test func noticesAreCollectedAndBounded() throws {
        let connection = try TestServer.connect()
        try connection.script("DROP TABLE IF EXISTS nothing_here")
        let notices = connection.takeNotices()
        #expect(notices.map(\.severity) == ["NOTICE"] && notices[0].message.contains("nothing_here"))
        try connection.script("DO $$ BEGIN FOR i IN 1..1000 LOOP RAISE NOTICE '%', i; END LOOP; END $$")
        #expect(connection.takeNotices().count == 100)
        #expect(connection.takeNotices().isEmpty)
    }

    @Test func quoting() throws {
        let connection = try TestServer.connect()
        #expect(try connection.quoteIdentifier("a\"b") == "\"a\"\"b\"")
        let text = "it's \\ here"
        #expect(try connection.value("SELECT " + connection.quoteLiteral(text)) == text)
    }

    @Test func closingTwiceIsHarmlessAndUseAfterwardsFails() throws {
        let connection = try TestServer.connect()
        connection.close()
        connection.close()
        #expect(connection.socketDescriptor == -1)
        let error = try #require(throws: PostgresError.self) { try connection.execute("SELECT 1") }
        #expect(error.isConnectionLost)
    }

    @Test func aSessionThatTheServerEndsIsLostAndWorthARetry() throws {
        let connection = try TestServer.connect()
        let other = try TestServer.connect()
        try other.execute("SELECT pg_terminate_backend($1)", [String(connection.backendPID)])
        let error = try #require(throws: PostgresError.self) {
            for _ in 0..<200 { try connection.execute("SELECT pg_sleep(0.01)") }
        }
        #expect(error.isConnectionLost && error.exitCode == .temporary)
    }

    @Test func cancelStopsWhatRuns() throws {
        let connection = try TestServer.connect()
        try connection.execute("SET statement_timeout = '20ms'")
        let error = try #require(throws: PostgresError.self) { try connection.execute("SELECT pg_sleep(10)") }
        #expect(error.sqlstate == "57014" && error.exitCode == .temporary && !error.isConnectionLost)
    }
}
