public import RDPostgres
public struct Database {
    let conninfo: String
    public init(option: String? = nil, home: String, environment: (String) -> String?, note: @escaping (String) -> Void = { _ in }) throws { conninfo = option ?? environment("RD_DATABASE_URL") ?? "" }
    public func connect(applicationName: String) throws -> Connection { try Connection(conninfo, applicationName: applicationName) }
}
