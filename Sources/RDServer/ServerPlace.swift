import RDBytes
import RDPostgres

/// Where the private server's files are, as names; nothing here touches the disk.
public struct ServerPlace: Equatable, Sendable {
    /// The state folder that the server belongs to, without symbolic links in it.
    public let home: String
    /// The folder that holds the data and, where the name is short enough, the socket.
    public let folder: String

    /// The folder's name in the state folder: a folder, or a symbolic link to one elsewhere.
    static let folderName = "postgres"
    /// The longest path of a unix socket in bytes (`sun_path` of sockaddr_un, less its NUL).
    static let longestSocket = 107
    /// The only port; it is but a part of the socket's name.
    static let port = "5432"
    /// The database, and the role that owns it.
    static let database = "retail"

    /// The place whose data are in `folder`.
    public init(home: String, folder: String) {
        self.home = home
        self.folder = folder
    }

    /// The data folder.
    public var data: String { folder + "/data" }
    /// Where the server writes its log.
    public var log: String { home + "/postgres.log" }
    /// Locked by whoever makes, starts or stops the server.
    public var lock: String { home + "/postgres.lock" }

    /// The folder of the unix socket: `run` beside the data, or one under /tmp where that name is too long for a socket.
    public var socketFolder: String {
        let beside = folder + "/run"
        let socket = "\(beside)/.s.PGSQL.\(Self.port)"
        return socket.utf8.count <= Self.longestSocket ? beside : "/tmp/rd-" + Self.hash(folder)
    }

    /// Sixteen hexadecimal digits that stand for a path.
    static func hash(_ path: String) -> String {
        var hash = SHA256()
        Array(path.utf8).withUnsafeBytes { hash.update($0) }
        return String(SHA256.hex(hash.finalize()).prefix(16))
    }

    /// A connection string for libpq to the suite's database.
    public var conninfo: String { conninfo(database: Self.database) }

    /// A connection string for libpq; every option that says where to go is named.
    func conninfo(database: String) -> String {
        let host = Conninfo.quoted(socketFolder)
        return "host=\(host) port=\(Self.port) dbname=\(database) user=\(Self.database)"
    }

    /// The same as a URL, for other programs.
    public var url: String {
        "postgresql:///\(Self.database)?host=\(Self.percentEncoded(socketFolder))&port=\(Self.port)&user=\(Self.database)"
    }

    private static func percentEncoded(_ text: String) -> String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        let digits = Array("0123456789ABCDEF")
        return text.utf8.reduce(into: "") { result, byte in
            if plain.contains(byte) {
                result.unicodeScalars.append(Unicode.Scalar(byte))
            } else {
                result += "%\(digits[Int(byte >> 4)])\(digits[Int(byte & 15)])"
            }
        }
    }
}
