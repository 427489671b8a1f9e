import Glibc
import RDBytes
import RDPostgres
import RDProcess
import RDServer
import RDWarehouse
import Testing

/// A folder under /tmp that any user may pass through, gone at the end with the server in it.
final class TemporaryFolder {
    let path: String

    init(mode: mode_t = 0o755) {
        var template = Array("/tmp/rd-test-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, mode)
    }

    deinit {
        if let server = try? EmbeddedServer(home: path, note: { _ in }) {
            _ = try? server.stop()
            if let place = server.place, !place.folder.hasPrefix(path) {
                _ = try? capture("rm", ["-rf", place.folder])
            }
        }
        _ = try? capture("rm", ["-rf", "--", path])
    }
}

/// One server for the tests that need no more than a database of their own.
enum WarehouseServer {
    nonisolated(unsafe) private static var folder: TemporaryFolder?
    private static let place: ServerPlace? = {
        let made = TemporaryFolder()
        folder = made
        atexit { WarehouseServer.folder = nil }
        return try? EmbeddedServer(home: made.path, note: { _ in }).start()
    }()

    /// A new, empty database: how to connect to it.
    static func makeDatabase() throws -> String {
        let conninfo = try #require(place?.conninfo)
        let admin = try Connection(conninfo, applicationName: "test")
        let name = "t_" + randomBytes(8).map { String($0, radix: 16) }.joined()
        try admin.execute("CREATE DATABASE \(name)")
        return conninfo + " dbname=\(name)"
    }

    /// A session in a new, empty database.
    static func connect() throws -> Connection { try Connection(makeDatabase(), applicationName: "test") }

    /// A session in a new database that has the warehouse's schema.
    static func connectToWarehouse() throws -> Connection {
        let connection = try connect()
        try MigrationRunner(share: share).apply(to: connection)
        return connection
    }

    /// The checkout, where `sql` is.
    static var share: String {
        let here = #filePath.split(separator: "/").dropLast(3)
        return "/" + here.joined(separator: "/")
    }
}
