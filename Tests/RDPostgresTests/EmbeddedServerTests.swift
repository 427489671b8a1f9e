import Glibc
import RDBytes
import RDPostgres
import RDProcess
import Testing

@testable import RDServer

/// Each test has a server of its own, because each does to it what no other test could bear.
@Suite struct EmbeddedServerTests {
    @Test func theFirstConnectionMakesEverythingAndTheSecondFindsIt() throws {
        let home = TemporaryHome()
        let first = try home.server().connect(applicationName: "one")
        let second = try home.server().connect(applicationName: "two")
        #expect(first.databaseName == "retail" && second.userName == "retail")
        #expect(try first.value("SHOW data_checksums") == "on" && first.value("SHOW fsync") == "on")
        #expect(try first.value("SHOW listen_addresses") == "")
        #expect(try first.value("SHOW server_encoding") == "UTF8")
        let place = try #require(try home.server().place)
        #expect(FileOwner(path: place.socketFolder)?.mode == 0o700 && FileOwner(path: place.data)?.mode == 0o700)
    }

    @Test func manyAtOnceMakeOneServer() async throws {
        let home = TemporaryHome()
        let path = home.path
        let identifiers = try await withThrowingTaskGroup(of: String?.self) { group in
            for number in 0..<6 {
                group.addTask {
                    let server = try EmbeddedServer(home: path, note: { _ in })
                    let connection = try server.connect(applicationName: "test \(number)")
                    return try connection.value("SELECT system_identifier::text FROM pg_control_system()")
                }
            }
            return try await group.reduce(into: Set<String?>()) { $0.insert($1) }
        }
        #expect(identifiers.count == 1 && identifiers.first.flatMap { $0 } != nil)
    }

    @Test func itStopsAndStartsAndKeepsWhatItHas() throws {
        let home = TemporaryHome()
        let server = try home.server()
        try server.connect(applicationName: "test").script("CREATE TABLE kept AS SELECT 42 AS n")
        #expect(try server.stop())
        #expect(!server.isRunning)
        #expect(try !server.stop())
        #expect(try server.connect(applicationName: "test").value("SELECT n FROM kept") == "42")
    }

    @Test func aKilledServerComesBackWithWhatWasCommitted() throws {
        let home = TemporaryHome()
        let server = try home.server()
        let connection = try server.connect(applicationName: "test")
        try connection.script("CREATE TABLE kept AS SELECT 42 AS n")
        let place = try #require(server.place)
        let postmaster = try #require(Postmaster(data: place.data))
        #expect(postmaster.isAlive)
        kill(postmaster.identifier, SIGKILL)
        #expect(try server.connect(applicationName: "test").value("SELECT n FROM kept") == "42")
        #expect(throws: PostgresError.self) { try connection.execute("SELECT 1") }
    }

    /// After a reboot the number in the lock file may be anybody's; PostgreSQL itself then refuses to start when it is
    /// a process of the same user.
    @Test func aLockFileWithTheNumberOfAnotherProcessDoesNotStopIt() throws {
        let home = TemporaryHome()
        let server = try home.server()
        let place = try server.start()
        let account = try ServerAccount.choose(data: place.data)
        let sleep = account.commandLine(["sleep", "60"])
        let null = open("/dev/null", O_RDWR)
        let bystander = try Subprocess(sleep[0], Array(sleep.dropFirst()), input: null, output: null)
        defer {
            kill(bystander.identifier, SIGKILL)
            bystander.wait()
            close(null)
        }
        let lockFile = try readAll(FileSource(path: place.data + "/postmaster.pid"))
        let socketLock = try readAll(FileSource(path: place.socketFolder + "/.s.PGSQL.5432.lock"))
        #expect(try server.stop())
        for (path, text) in [
            (place.data + "/postmaster.pid", lockFile), (place.socketFolder + "/.s.PGSQL.5432.lock", socketLock),
        ] {
            let rest = text.drop { $0 != 0x0A }
            try writeAtomically(Array("\(bystander.identifier)".utf8) + rest, to: path)
            chown(path, account.user, account.group)
        }
        #expect(try server.connect(applicationName: "test").value("SELECT 1") == "1")
    }

    @Test func aHalfMadeFolderIsNotTakenForWhole() throws {
        let home = TemporaryHome()
        let place = ServerPlace(home: home.path, folder: home.path + "/postgres")
        try makeFolder(place.folder + "/data.new.12345/base")
        #expect(try home.server().connect(applicationName: "test").value("SELECT 1") == "1")
        #expect(entries(of: place.folder) == ["data", "run"])
    }

    @Test func aLongFolderNameStillHasASocket() throws {
        let home = TemporaryHome()
        let long = home.path + "/" + String(repeating: "long ' folder ", count: 8)
        let server = try EmbeddedServer(home: long, note: { _ in })
        #expect(try server.connect(applicationName: "test").value("SELECT 1") == "1")
        let place = try #require(server.place)
        #expect(place.socketFolder.hasPrefix("/tmp/rd-"))
        #expect(try server.stop())
        _ = try capture("rm", ["-rf", place.socketFolder])
    }

    @Test func aMissingDatabaseIsMadeAgain() throws {
        let home = TemporaryHome()
        let server = try home.server()
        let place = try server.start()
        let admin = try Connection(place.conninfo(database: "postgres"), applicationName: "test")
        try admin.execute("DROP DATABASE retail")
        #expect(try server.connect(applicationName: "test").databaseName == "retail")
    }

    @Test func dataOfAVersionThatIsNotInstalledAreRefused() throws {
        let home = TemporaryHome()
        let server = try home.server()
        let place = try server.start()
        #expect(try server.stop())
        try writeAtomically(Array("9\n".utf8), to: place.data + "/PG_VERSION")
        let error = try #require(throws: RDError.self) { try server.start() }
        #expect(error.exitCode == .unavailable && error.message.contains("PostgreSQL 9"))
    }

    @Test func aFolderThatCannotBeMadeIsSaid() throws {
        let error = try #require(throws: RDError.self) {
            try EmbeddedServer(home: "/proc/nothing/here", note: { _ in })
        }
        #expect(error.exitCode == .cannotCreate && error.remedy?.contains("RD_HOME") == true)
    }

    @Test func aServerThatDoesNotStartSaysWhyInItsOwnWords() throws {
        let home = TemporaryHome()
        let server = try home.server()
        let place = try server.start()
        #expect(try server.stop())
        _ = try shell("echo 'shared_buffers = nonsense' >> '\(place.data)/postgresql.conf'")
        let error = try #require(throws: RDError.self) { try server.start() }
        #expect(error.exitCode == .unavailable && error.message.contains("shared_buffers"))
        #expect(error.remedy == "see \(place.log)")
    }
}
