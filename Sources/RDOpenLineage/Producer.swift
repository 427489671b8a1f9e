public import RDPostgres
import RDRecord

/// Where the warehouse's tables are, by OpenLineage's names of datasets: `postgres://HOST:PORT` and
/// `DATABASE.SCHEMA.TABLE`.
public struct DatasetPlace: Equatable, Sendable {
    /// `postgres://HOST:PORT`; the host is `localhost` where the server has a unix socket only.
    public let namespace: String
    /// The database.
    public let database: String

    /// A place by its names.
    public init(namespace: String, database: String) {
        self.namespace = namespace
        self.database = database
    }

    /// The place of a server as its clients name it.
    public init(host: String, port: String, database: String) {
        let host = host.hasPrefix("/") || host.hasPrefix("@") || host.isEmpty ? "localhost" : host
        self.init(namespace: "postgres://\(host):\(port)", database: database)
    }

    /// The place that a session is in.
    public init(_ connection: Connection) {
        self.init(host: connection.host, port: connection.port, database: connection.databaseName)
    }

    /// The name of a table of the warehouse.
    func name(of table: String) -> String { "\(database).retail_dw.\(table)" }
}

/// A run that this one was started by.
public struct ParentRun: Equatable, Sendable {
    /// Its identity, a UUID.
    public let run: String
    /// The name of its job.
    public let job: String
    /// The namespace of that job.
    public let namespace: String

    /// A run by its names.
    public init(run: String, job: String, namespace: String) {
        self.run = run
        self.job = job
        self.namespace = namespace
    }
}

/// Who says what events say, and what is the same for all events of a run.
public struct Producer: Sendable {
    /// The namespace of jobs that are of this suite and nobody's in particular.
    public static let defaultNamespace = "retail-data-platform"

    /// The version of the suite.
    public let version: String
    /// The namespace of the job.
    public var namespace = Producer.defaultNamespace
    /// Where the warehouse is.
    public var place: DatasetPlace
    /// The run that this one was started by; nil where it was nobody's.
    public var parent: ParentRun?
    /// The moment that the run was due; nil for one that was not on a timetable.
    public var nominalStart: NominalTime?

    /// A producer of events about runs into the warehouse at `place`.
    public init(version: String, place: DatasetPlace) {
        self.version = version
        self.place = place
    }

    /// Takes the parent run and the moment that the run was due from the environment, where they are there:
    /// `RD_PARENT_RUN_ID`, `RD_PARENT_JOB` and `RD_SCHEDULED_FOR`. What makes no sense is left out.
    /// - Returns: what was left out, in a few words each.
    public mutating func adopt(_ environment: (String) -> String?) -> [String] {
        var flaws: [String] = []
        if nominalStart == nil, let text = environment("RD_SCHEDULED_FOR") {
            nominalStart = NominalTime(text)
            if nominalStart == nil { flaws.append("RD_SCHEDULED_FOR is no moment in ISO 8601 with an offset: \(text)") }
        }
        guard parent == nil, let run = environment("RD_PARENT_RUN_ID") else { return flaws }
        guard let identity = RunID(run) else { return flaws + ["RD_PARENT_RUN_ID is not a UUID: \(run)"] }
        parent = ParentRun(
            run: identity.text, job: environment("RD_PARENT_JOB") ?? "pipeline", namespace: namespace)
        return flaws
    }

    /// The URI that every event and facet names.
    var uri: String { "urn:retail-data-platform:\(version)" }
}
