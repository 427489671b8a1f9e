import RDPostgres
import RDProcess
import RDWarehouse

/// Databases for sequences: copies of one that has the schema, each dropped after use.
enum ModelDatabase {
    private static let template = Result {
        let conninfo = try WarehouseServer.makeDatabase()
        let connection = try Connection(conninfo, applicationName: "test")
        try MigrationRunner(share: WarehouseServer.share).apply(to: connection)
        return (conninfo: conninfo, name: connection.databaseName)
    }

    /// Calls `body` with how to connect to a warehouse of its own.
    static func with(_ body: (String) throws -> Void) throws {
        let template = try template.get()
        let admin = try Connection(template.conninfo + " dbname=postgres", applicationName: "test")
        let name = "m_" + randomBytes(8).map { String($0, radix: 16) }.joined()
        try admin.execute("CREATE DATABASE \(name) TEMPLATE \(template.name)")
        defer { _ = try? admin.execute("DROP DATABASE \(name)") }
        try body(template.conninfo + " dbname=\(name)")
    }
}
