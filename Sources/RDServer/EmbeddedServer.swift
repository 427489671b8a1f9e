import Glibc
import RDBytes
public import RDPostgres
import RDProcess

/// The suite's own PostgreSQL, under the state folder, on a unix socket only: made and started by the first command
/// that needs it, and left running.
///
/// Every command may call `connect` at any time, also many at once: making and starting happen under a file lock.
public struct EmbeddedServer {
    /// The state folder, without symbolic links.
    public let home: String
    /// Told, in one line, what takes a moment: making a server, starting it.
    let note: (String) -> Void

    /// A server of the state folder `home`, which is made where it is missing. A failure is exit 73.
    public init(home: String, note: @escaping (String) -> Void) throws {
        do { try makeFolder(home) } catch {
            let advice = "set RD_HOME to a folder that you may write"
            throw RDError(error.exitCode, error.message, remedy: error.remedy ?? advice)
        }
        guard let real = realpath(home, nil) else { throw systemError(.cannotCreate, home, errno) }
        defer { free(real) }
        self.home = String(cString: real)
        self.note = note
    }

    /// Where the server's files are; nil before it was first made.
    public var place: ServerPlace? {
        guard let real = realpath("\(home)/\(ServerPlace.folderName)", nil) else { return nil }
        defer { free(real) }
        return ServerPlace(home: home, folder: String(cString: real))
    }

    /// A session in the suite's database. Makes and starts what is missing; where it is not to be `started`, because
    /// somebody may have stopped it, a server that does not run is exit 69.
    public func connect(applicationName: String, started: Bool = true) throws -> Connection {
        if let place, let connection = try session(place.conninfo, applicationName) { return connection }
        guard started else {
            throw RDError(.unavailable, "the private server does not run", remedy: "run: rd-db up")
        }
        return try Connection(start().conninfo, applicationName: applicationName)
    }

    /// Makes the server where there is none, starts it where it does not run, and makes the database where it is
    /// missing; returns once it answers.
    @discardableResult
    public func start() throws -> ServerPlace {
        try withServerLock(ServerPlace(home: home, folder: "").lock) {
            let place = try place ?? makePlace()
            let account = try ServerAccount.choose(data: place.data)
            if FileOwner(path: place.data) == nil { try makeCluster(place, account) }
            if try !awaitAnswer(place) { try launch(place, account) }
            try makeDatabase(place)
            return place
        }
    }

    /// Stops the server: sessions are ended, what they had not committed is rolled back.
    /// - Returns: false where it did not run.
    public func stop() throws -> Bool {
        try withServerLock(ServerPlace(home: home, folder: "").lock) {
            guard let place, Postmaster(data: place.data)?.isAlive == true else { return false }
            let account = try ServerAccount.choose(data: place.data)
            let programs = try PostgresPrograms.find(major: Postmaster.majorVersion(data: place.data))
            let command = [programs.path("pg_ctl"), "stop", "-s", "-w", "-m", "fast", "-t", "60", "-D", place.data]
            let (code, text) = try ServerProgram(account: account, command: command).capture()
            guard code == 0 else {
                throw RDError(.temporary, "the private server did not stop: \(text.trimmed)", remedy: "run again")
            }
            return true
        }
    }

    /// True where the server runs and takes sessions.
    public var isRunning: Bool {
        guard let place else { return false }
        return (try? Connection(place.conninfo(database: "postgres"), applicationName: "rd-db")) != nil
    }

    /// A session, or nil where there is none because the server is to be made or started first.
    func session(_ conninfo: String, _ applicationName: String) throws(PostgresError) -> Connection? {
        do {
            return try Connection(conninfo, applicationName: applicationName)
        } catch {
            if error.isCuredByStarting { return nil }
            throw error
        }
    }

    private func makeDatabase(_ place: ServerPlace) throws {
        let admin = try Connection(place.conninfo(database: "postgres"), applicationName: "rd-db")
        let known = try admin.value("SELECT 1 FROM pg_database WHERE datname = $1", [ServerPlace.database])
        if known == nil { try admin.execute("CREATE DATABASE \(ServerPlace.database)") }
    }
}

extension PostgresError {
    /// True for what making or starting the server mends: nobody listens, it is starting or stopping, no database yet.
    var isCuredByStarting: Bool {
        if sqlstate == nil { return ClientLibrary.flaw == nil }
        return sqlstate == "57P03" || sqlstate == "3D000"
    }
}
