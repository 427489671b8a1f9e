import Glibc
import RDPostgres
import RDProcess
import RDServer
import Testing

/// A state folder under /tmp for one test, gone with its server at the end. Any user may pass through it.
final class TemporaryHome {
    let path: String

    init() {
        var template = Array("/tmp/rd-test-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        chmod(path, 0o755)
    }

    deinit { remove() }

    func remove() {
        if let server = try? EmbeddedServer(home: path, note: { _ in }) { _ = try? server.stop() }
        _ = try? capture("rm", ["-rf", "--", path])
    }

    func server() throws -> EmbeddedServer { try EmbeddedServer(home: path, note: { _ in }) }
}

/// One server for all tests that only need some database; each session has a schema of its own as its search path.
enum TestServer {
    nonisolated(unsafe) private static var home: TemporaryHome?
    private static let place: ServerPlace? = {
        let made = TemporaryHome()
        home = made
        atexit { TestServer.home = nil }
        return try? made.server().start()
    }()

    /// How to reach the server.
    static func conninfo() throws -> String { try #require(place?.conninfo) }

    static func connect(_ name: String = "test") throws -> Connection {
        try Connection(conninfo(), applicationName: name)
    }
}

/// Runs a shell command and gives its exit code and all it said.
func shell(_ script: String) throws -> (code: Int32, text: String) {
    let (ending, output) = try capture("sh", ["-c", "exec 2>&1\n" + script])
    let text = String(decoding: output, as: UTF8.self)
    switch ending {
    case .exit(let code): return (code, text)
    case .signal(let number): return (128 + number, text)
    }
}
