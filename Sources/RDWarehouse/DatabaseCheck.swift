public import RDBytes
public import RDPostgres

/// The outcome of one look at a database: what was found, and what to do where it is not as it must be.
public struct CheckResult: Equatable, Sendable {
    /// What was looked at: `connection`, `version`, ...
    public let name: String
    /// What was found, in one line.
    public let detail: String
    /// Why it is not enough and what to do; nil where all is well.
    public let failure: Failure?

    /// Why a check failed.
    public struct Failure: Equatable, Sendable {
        /// The exit code that the failure deserves.
        public let exitCode: ExitCode
        /// What to do, in one line.
        public let remedy: String

        /// A failure.
        public init(_ exitCode: ExitCode, remedy: String) {
            self.exitCode = exitCode
            self.remedy = remedy
        }
    }

    /// A result; a nil failure means that all is well.
    public init(_ name: String, _ detail: String, _ failure: Failure? = nil) {
        self.name = name
        self.detail = detail
        self.failure = failure
    }

    /// The result of a check that an error ended.
    public init(_ name: String, error: any CodedError) {
        self.init(name, error.message, Failure(error.exitCode, remedy: error.remedy ?? "see the server's log"))
    }
}

/// What a database must be for the suite to work with it; each check is one question to the server.
public struct DatabaseCheck {
    let connection: Connection

    /// The oldest server that the warehouse's SQL works on.
    public static let oldestServer = 12
    /// The least free space on the server's disk, in bytes.
    public static let leastRoom = 256 << 20
    /// How far the two clocks may be apart, in milliseconds.
    public static let largestSkew: Int64 = 5000

    /// Checks of the database that `connection` is in.
    public init(_ connection: Connection) { self.connection = connection }

    /// The server's version.
    public func version() -> CheckResult {
        let text = "PostgreSQL \(connection.parameterStatus("server_version") ?? "?")"
        guard connection.serverVersion / 10_000 >= Self.oldestServer else {
            return CheckResult(
                "version", text, .init(.unavailable, remedy: "use PostgreSQL \(Self.oldestServer) or newer"))
        }
        return CheckResult("version", text)
    }

    /// The schema and its migrations, against the files.
    public func schema(_ runner: MigrationRunner) -> CheckResult {
        attempt("schema") {
            let state = try runner.state(of: connection)
            let found = "retail_dw has \(state.applied.count) of \(runner.files.count) migrations"
            guard let next = state.pending.first else { return CheckResult("schema", found) }
            return CheckResult(
                "schema", "\(found); the next is \(next.name)", .init(.configuration, remedy: "run 'rd-db migrate'"))
        }
    }

    /// The space left where the server keeps its data.
    /// - Parameter freeBytes: the free space of a path on this machine; nil where that cannot be known.
    public func disk(freeBytes: (String) -> Int?) -> CheckResult {
        attempt("disk") {
            let folder = try connection.value("SELECT setting FROM pg_settings WHERE name = 'data_directory'")
            guard connection.host.hasPrefix("/"), let folder, let room = freeBytes(folder) else {
                return CheckResult("disk", "not known: the server's disk cannot be seen from here")
            }
            let found = "\(room >> 20) MiB free in \(folder)"
            guard room >= Self.leastRoom else {
                return CheckResult(
                    "disk", found, .init(.unavailable, remedy: "free at least \(Self.leastRoom >> 20) MiB there"))
            }
            return CheckResult("disk", found)
        }
    }

    /// The server's clock against ours.
    /// - Parameter now: our clock, in milliseconds since 1970.
    public func clock(now: () -> Int64) -> CheckResult {
        attempt("clock") {
            let before = now()
            let text = try connection.value("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint")
            let after = now()
            let skew = (text.flatMap { Int64($0) } ?? 0) - (before + after) / 2
            let found = "the server's clock is \(skew.magnitude) ms \(skew < 0 ? "behind" : "ahead")"
            guard skew.magnitude <= Self.largestSkew + (after - before) else {
                return CheckResult("clock", found, .init(.unavailable, remedy: "set both machines' clocks (NTP)"))
            }
            return CheckResult("clock", found)
        }
    }

    func attempt(_ name: String, _ body: () throws -> CheckResult) -> CheckResult {
        do {
            return try body()
        } catch let error as any CodedError {
            return CheckResult(name, error: error)
        } catch {
            return CheckResult(name, "\(error)", .init(.internalError, remedy: "see the server's log"))
        }
    }
}
