import Glibc
import RDBytes
import RDProcess

/// What the lock file of a data folder says about the server there, and whether it is true.
struct Postmaster {
    let data: String
    let identifier: Int32

    /// No such process: larger than any that Linux gives.
    private static let nobody: Int32 = 2_147_483_646

    /// Reads `postmaster.pid`; nil where there is none.
    init?(data: String) {
        guard let text = try? readAll(FileSource(path: data + "/postmaster.pid")) else { return nil }
        let first = String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
        self.data = data
        identifier = Int32(first.trimmed) ?? Self.nobody
    }

    /// True where the process exists and is the server of this very folder, not another one that got its number.
    var isAlive: Bool {
        guard let line = try? readAll(FileSource(path: "/proc/\(identifier)/cmdline")) else { return false }
        let words = line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        guard let program = words.first, program.hasSuffix("postgres") else { return false }
        return zip(words, words.dropFirst()).contains { $0 == ("-D", data) }
    }

    /// Makes a lock file that a killed server left harmless. PostgreSQL ignores one whose process is gone, but not one
    /// whose number another process of the same user has now. The file stays: its other lines name the shared memory
    /// by which PostgreSQL sees whether sessions of the killed server are still at work.
    func disarm(socketFolder: String) throws {
        unlink("\(socketFolder)/.s.PGSQL.\(ServerPlace.port).lock")
        let path = data + "/postmaster.pid"
        guard kill(identifier, 0) == 0 else { return }
        var text = try readAll(FileSource(path: path))
        text.replaceSubrange(..<(text.firstIndex(of: 0x0A) ?? text.endIndex), with: Array("\(Self.nobody)".utf8))
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, path, errno) }
        let sink = FileSink(descriptor, name: path)
        try text.withUnsafeBytes { try sink.write($0) }
        try sink.close()
    }

    /// The major version that the data were made by; nil where that cannot be read.
    static func majorVersion(data: String) -> Int? {
        guard let text = try? readAll(FileSource(path: data + "/PG_VERSION")) else { return nil }
        return Int(String(decoding: text, as: UTF8.self).trimmed)
    }
}
