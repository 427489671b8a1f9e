import RDBytes
import RDPostgres
import Testing

@Suite struct PostgresErrorTests {
    @Test(arguments: [
        ("08006", ExitCode.temporary), ("57P01", .temporary), ("40001", .temporary), ("40P01", .temporary),
        ("55P03", .temporary), ("53100", .unavailable), ("53200", .unavailable), ("53300", .unavailable),
        ("3D000", .unavailable), ("28P01", .permission), ("42501", .permission), ("22003", .data), ("23505", .data),
        ("42P01", .internalError), ("XX000", .internalError),
    ])
    func theExitCodeFollowsFromTheState(_ sqlstate: String, _ expected: ExitCode) {
        #expect(PostgresError(sqlstate: sqlstate, primary: "x").exitCode == expected)
    }

    @Test func aServerThatCannotBeReachedIsUnavailableAndNotLost() {
        for sqlstate in [nil, "57P03", "53300", "08006"] {
            let error = PostgresError(sqlstate: sqlstate, primary: "x", isConnectFailure: true)
            #expect(error.exitCode == .unavailable && !error.isConnectionLost)
        }
        let refused = PostgresError(sqlstate: "28000", primary: "x", isConnectFailure: true)
        #expect(refused.exitCode == .permission)
    }

    @Test func aFullDiskSaysWhoseItIs() {
        let error = PostgresError(sqlstate: "53100", primary: "could not extend file")
        #expect(error.message.contains("the disk of the PostgreSQL server is full"))
        #expect(error.remedy?.contains("nothing was committed") == true)
    }

    @Test func tooManyLocksNameTheSettingToRaise() {
        let error = PostgresError(
            sqlstate: "53200", primary: "out of shared memory",
            hint: "You might need to increase max_locks_per_transaction.")
        #expect(error.remedy?.hasPrefix("raise max_locks_per_transaction in the server's postgresql.conf") == true)
    }

    @Test func aViolationNamesConstraintAndTable() throws {
        let connection = try TestServer.connect()
        try connection.script("CREATE TEMP TABLE t (n integer CONSTRAINT t_only_once UNIQUE); INSERT INTO t VALUES (1)")
        let error = try #require(throws: PostgresError.self) { try connection.execute("INSERT INTO t VALUES (1)") }
        #expect(error.sqlstate == "23505" && error.severity == "ERROR" && error.exitCode == .data)
        #expect(error.constraint == "t_only_once" && error.table == "t")
        #expect(error.message.contains("[SQLSTATE 23505]") && !error.message.contains("\n"))
    }

    @Test func nobodyListens() throws {
        let error = try #require(throws: PostgresError.self) {
            try Connection("host=/tmp/rd-no-such-folder dbname=x", applicationName: "test")
        }
        #expect(error.exitCode == .unavailable && error.sqlstate == nil && error.remedy != nil)
    }

    @Test func anUnknownRoleIsAMatterOfPermission() throws {
        let conninfo = try TestServer.conninfo() + " user=nobody_we_know password=hunter2"
        let error = try #require(throws: PostgresError.self) { try Connection(conninfo, applicationName: "test") }
        #expect(error.sqlstate == "28000" && error.exitCode == .permission)
        #expect(error.message.contains("nobody_we_know") && !error.description.contains("hunter2"))
    }

    @Test func anUnknownDatabaseIsUnavailable() throws {
        let conninfo = try TestServer.conninfo() + " dbname=no_such_database"
        let error = try #require(throws: PostgresError.self) { try Connection(conninfo, applicationName: "test") }
        #expect(error.sqlstate == "3D000" && error.exitCode == .unavailable)
    }

    @Test(arguments: [
        "postgresql://me:hunter2@host:port/db", "host=x password=hunter2 'hunter2", "passwort=hunter2 host=x",
        "postgresql://me:hunter2%@host/db",
    ])
    func aStringThatDoesNotParseShowsNoPassword(_ conninfo: String) throws {
        let error = try #require(throws: PostgresError.self) { try Connection(conninfo, applicationName: "test") }
        #expect(!error.description.contains("hunter2") && error.exitCode == .unavailable)
    }
}
