import RDBytes
import Testing

@testable import RDServer

@Suite struct DatabaseTargetTests {
    private func resolve(_ option: String?, _ variables: [String: String]) throws(RDError) -> DatabaseTarget {
        try DatabaseTarget.resolve(option: option) { variables[$0] }
    }

    @Test func theOptionComesFirstThenTheURLThenLibpqThenOurs() throws {
        let variables = ["RD_DATABASE_URL": "postgresql://a/b", "PGHOST": "h"]
        #expect(try resolve("dbname=x", variables) == .given("dbname=x"))
        #expect(try resolve(nil, variables) == .given("postgresql://a/b"))
        #expect(try resolve(nil, ["PGHOST": "h"]) == .libpq)
        #expect(try resolve(nil, ["PGPASSWORD": "x", "HOME": "/"]) == .embedded)
    }

    @Test(arguments: ["PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGDATABASE", "PGUSER"])
    func eachOfLibpqsVariablesIsEnough(_ name: String) throws {
        #expect(try resolve(nil, [name: "x"]) == .libpq)
    }

    @Test func aPasswordOnTheCommandLineIsRefused() throws {
        let error = try #require(throws: RDError.self) { try resolve("postgresql://me:hunter2@host/db", [:]) }
        #expect(error.exitCode == .usage && !error.description.contains("hunter2"))
        #expect(try resolve(nil, ["RD_DATABASE_URL": "postgresql://me:p@h/d"]) == .given("postgresql://me:p@h/d"))
    }
}

@Suite struct ServerPlaceTests {
    @Test func theSocketIsBesideTheDataUntilItsNameIsTooLong() {
        let room = ServerPlace.longestSocket - "/run/.s.PGSQL.5432".utf8.count
        let fits = "/" + String(repeating: "a", count: room - 1)
        #expect(ServerPlace(home: "/", folder: fits).socketFolder == fits + "/run")
        let tooLong = ServerPlace(home: "/", folder: fits + "a")
        #expect(tooLong.socketFolder.hasPrefix("/tmp/rd-") && tooLong.socketFolder.utf8.count == 24)
        #expect(tooLong.socketFolder != ServerPlace(home: "/", folder: fits + "b").socketFolder)
    }

    @Test func oddCharactersAreQuoted() {
        let place = ServerPlace(home: "/h", folder: "/it's a 100% \\folder")
        #expect(place.conninfo.hasPrefix(#"host='/it\'s a 100% \\folder/run' "#))
        #expect(place.url == "postgresql:///retail?host=/it%27s%20a%20100%25%20%5Cfolder/run&port=5432&user=retail")
    }

    @Test func theProgramsFitTheData() throws {
        let found = [11, 13, 15, 14].map { PostgresPrograms(folder: "/pg/\($0)", major: $0) }
        #expect(PostgresPrograms.choose(from: found, major: nil)?.major == 15)
        #expect(PostgresPrograms.choose(from: found, major: 13)?.folder == "/pg/13")
        #expect(PostgresPrograms.choose(from: found, major: 16) == nil)
        #expect(PostgresPrograms.choose(from: Array(found.prefix(1)), major: nil) == nil)
    }
}
