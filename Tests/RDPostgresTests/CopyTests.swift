import RDBytes
import RDPostgres
import Testing

@Suite struct CopyTests {
    private func table() throws -> Connection {
        let connection = try TestServer.connect()
        try connection.script("CREATE TEMP TABLE t (n integer, name text)")
        return connection
    }

    private func put(_ text: String, _ connection: Connection) throws {
        try Array(text.utf8).withUnsafeBytes { try connection.putCopyData($0) }
    }

    @Test func dataMayBeCutAnywhere() throws {
        let connection = try table()
        let text = (1...5000).map { "\($0)\tname \($0)\n" }.joined()
        try connection.copyIn("COPY t FROM STDIN")
        var rest = Array(text.utf8)[...]
        var size = 1
        while !rest.isEmpty {
            try rest.prefix(size).withUnsafeBytes { try connection.putCopyData($0) }
            rest = rest.dropFirst(size)
            size = size % 997 + 7
        }
        try connection.sendCopyEnd()
        #expect(try connection.finishCopy() == 5000)
        #expect(try connection.value("SELECT sum(n) FROM t") == "12502500")
    }

    @Test func noRowsAtAll() throws {
        let connection = try table()
        try connection.copyIn("COPY t FROM STDIN")
        try put("", connection)
        try connection.sendCopyEnd()
        #expect(try connection.finishCopy() == 0)
    }

    @Test func badDataIsReportedAtTheEnd() throws {
        let connection = try table()
        try connection.copyIn("COPY t FROM STDIN")
        try put("1\tone\nnonsense\ttwo\n", connection)
        try connection.sendCopyEnd()
        let error = try #require(throws: PostgresError.self) { try connection.finishCopy() }
        #expect(error.sqlstate == "22P02" && error.exitCode == .data)
        #expect(try connection.value("SELECT count(*) FROM t") == "0")
    }

    @Test func anAbortedCopyLeavesNothingAndAUsableSession() throws {
        let connection = try table()
        try connection.copyIn("COPY t FROM STDIN")
        try put("1\tone\n", connection)
        connection.abortCopy("changed our mind")
        #expect(try connection.value("SELECT count(*) FROM t") == "0")
    }

    @Test func theServerMayDieInTheMiddle() throws {
        let connection = try table()
        let other = try TestServer.connect()
        try connection.copyIn("COPY t FROM STDIN")
        try other.execute("SELECT pg_terminate_backend($1)", [String(connection.backendPID)])
        let block = String(repeating: "1\tone\n", count: 10_000)
        let error = try #require(throws: PostgresError.self) {
            for _ in 0..<1000 { try put(block, connection) }
            try connection.sendCopyEnd()
            try connection.finishCopy()
        }
        #expect(error.isConnectionLost && error.exitCode == .temporary)
    }

    @Test func aTransactionThatFailsInsideACopyIsRolledBack() throws {
        struct Stop: Error {}
        let connection = try table()
        #expect(throws: Stop.self) {
            try connection.transaction {
                try connection.copyIn("COPY t FROM STDIN")
                try put("1\tone\n", connection)
                throw Stop()
            }
        }
        #expect(try connection.value("SELECT count(*) FROM t") == "0")
    }

    /// libpq would drop the server's verdict, and a row that was refused would pass for loaded.
    @Test func noStatementMayComeBeforeTheVerdict() throws {
        let connection = try table()
        try connection.execute("BEGIN")
        try connection.copyIn("COPY t FROM STDIN")
        #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
        try put("nonsense\tone\n", connection)
        try connection.sendCopyEnd()
        #expect(throws: PostgresError.self) { try connection.script("COMMIT") }
        let error = try #require(throws: PostgresError.self) { try connection.finishCopy() }
        #expect(error.sqlstate == "22P02")
        #expect(try #require(throws: PostgresError.self) { try connection.commit() }.sqlstate == "25P02")
        #expect(throws: PostgresError.self) { try connection.finishCopy() }
    }

    @Test func aRollbackAbortsTheCopyThatIsUnderWay() throws {
        for isEnded in [false, true] {
            let connection = try table()
            try connection.execute("BEGIN")
            try connection.copyIn("COPY t FROM STDIN")
            try put("1\tone\n", connection)
            if isEnded { try connection.sendCopyEnd() }
            try connection.script("ROLLBACK")
            #expect(try connection.value("SELECT count(*) FROM t") == "0")
        }
    }

    @Test func rowsComeOut() throws {
        let connection = try TestServer.connect()
        var text: [UInt8] = []
        try connection.copyOut("COPY (SELECT n, 'x' FROM generate_series(1, 3) AS n) TO STDOUT") {
            text.append(contentsOf: $0)
        }
        #expect(String(decoding: text, as: UTF8.self) == "1\tx\n2\tx\n3\tx\n")
    }

    @Test func aReaderMayStopEarly() throws {
        struct Enough: Error {}
        let connection = try TestServer.connect()
        var rows = 0
        #expect(throws: Enough.self) {
            try connection.copyOut("COPY (SELECT generate_series(1, 1000000000)) TO STDOUT") { _ in
                rows += 1
                if rows == 10 { throw Enough() }
            }
        }
        #expect(rows == 10)
        #expect(try connection.value("SELECT 1") == "1")
    }

    @Test func whatIsNoCopyIsRefused() throws {
        let connection = try TestServer.connect()
        #expect(throws: PostgresError.self) { try connection.copyIn("SELECT 1") }
        #expect(throws: PostgresError.self) { try connection.copyOut("SELECT 1") { _ in } }
        #expect(try connection.value("SELECT 1") == "1")
    }
}
