import Glibc
import RDBytes
import RDProcess

extension EmbeddedServer {
    /// Bytes that a new server needs: 40 MB of catalogs and templates, as much again of write-ahead log, and some room.
    static let roomForCluster = 160 << 20

    /// Chooses and makes the folder for the data. As root with a state folder that the server's user cannot reach
    /// (under /root, say) that is one under /var/lib, with a symbolic link to it.
    func makePlace() throws -> ServerPlace {
        let beside = "\(home)/\(ServerPlace.folderName)"
        let account = try ServerAccount.choose(data: beside + "/data")
        if account.canReach(home) {
            try makeFolder(beside)
            return ServerPlace(home: home, folder: beside)
        }
        let elsewhere = "/var/lib/retail-data-platform/\(ServerPlace.hash(home))"
        note("the server's user cannot reach \(home): its data go to \(elsewhere)")
        try makeFolder(elsewhere)
        guard symlink(elsewhere, beside) == 0 else { throw systemError(.cannotCreate, beside, errno) }
        return ServerPlace(home: home, folder: elsewhere)
    }

    /// Makes the data folder under a name of its own and gives it its name last: a half-made one is never taken for
    /// whole.
    func makeCluster(_ place: ServerPlace, _ account: ServerAccount) throws {
        try checkRoom(in: place.folder)
        let programs = try PostgresPrograms.find(major: nil)
        note("making a private PostgreSQL \(programs.major) in \(place.folder)")
        let leftovers = entries(of: place.folder).filter { $0.hasPrefix("data.new.") }
        for name in leftovers { try remove("\(place.folder)/\(name)") }
        let data = "\(place.folder)/data.new.\(getpid())"
        do {
            try own(folder: data, account)
            try initialise(data, programs, account)
            try configure(data)
        } catch {
            try? remove(data)
            throw error
        }
        guard rename(data, place.data) == 0 else { throw systemError(.cannotCreate, place.data, errno) }
    }

    private func initialise(_ data: String, _ programs: PostgresPrograms, _ account: ServerAccount) throws {
        let command = [
            programs.path("initdb"), "-D", data, "-U", ServerPlace.database, "-E", "UTF8", "--locale=\(Self.locale)",
            "-A", "trust", "--data-checksums",
        ]
        let (code, text) = try ServerProgram(account: account, command: command).capture()
        guard code == 0 else {
            let isFull = text.contains("No space left on device") || text.contains("Disk quota exceeded")
            throw RDError(
                .cannotCreate, "initdb could not make \(data): \(lastLines(of: text))",
                remedy: isFull ? "free \(Self.roomForCluster >> 20) MiB on that disk and run again" : nil)
        }
    }

    /// Text sorts by byte in either; the first also knows which letters are upper case.
    private static var locale: String {
        guard let known = newlocale(1 << LC_CTYPE | 1 << LC_COLLATE, "C.UTF-8", nil) else { return "C" }
        freelocale(known)
        return "C.UTF-8"
    }

    /// Only the socket's folder guards the server, hence no network; the rest suits a small machine.
    private func configure(_ data: String) throws {
        let path = data + "/postgresql.conf"
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CLOEXEC)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, path, errno) }
        let sink = FileSink(descriptor, name: path)
        let settings = """

            # Retail Data Platform. The folder of the socket comes on the command line, so that this folder can move.
            listen_addresses = ''
            unix_socket_permissions = 0700
            max_connections = 50
            # A warehouse of many years is dropped in one transaction, which locks each index of each month.
            max_locks_per_transaction = 1024
            shared_buffers = 128MB
            max_wal_size = 2GB
            autovacuum = on
            jit = off
            log_line_prefix = '%m [%p] '
            """
        try Array((settings + "\n").utf8).withUnsafeBytes { try sink.write($0) }
        _ = fsync(descriptor)
        try sink.close()
    }

    /// Makes a folder that only the server's user may enter, or sees that it is one.
    func own(folder: String, _ account: ServerAccount) throws {
        guard mkdir(folder, 0o700) == 0 || errno == EEXIST else { throw systemError(.cannotCreate, folder, errno) }
        guard let owner = FileOwner(path: folder, followsLink: false), owner.isFolder,
            owner.user == account.user || owner.user == geteuid()
        else {
            throw RDError(
                .permission, "\(folder) belongs to somebody else", remedy: "set RD_HOME to a folder with a shorter name"
            )
        }
        let isOwned = account.isBorrowed ? chown(folder, account.user, account.group) == 0 : true
        guard isOwned, chmod(folder, 0o700) == 0 else { throw systemError(.cannotCreate, folder, errno) }
    }

    private func checkRoom(in folder: String) throws(RDError) {
        guard let room = freeBytes(of: folder), room < Self.roomForCluster else { return }
        throw RDError(
            .cannotCreate, "no room for a private PostgreSQL in \(folder): \(room >> 20) MiB free",
            remedy: "free \(Self.roomForCluster >> 20) MiB there, or set RD_HOME to another disk")
    }

    private func remove(_ folder: String) throws {
        _ = try ServerProgram(account: .ourselves, command: ["rm", "-rf", "--", folder]).capture()
    }
}

/// The bytes that an ordinary user can still write on the disk of `path`; nil where that cannot be known.
public func freeBytes(of path: String) -> Int? {
    var status = statvfs()
    guard statvfs(path, &status) == 0 else { return nil }
    return Int(status.f_bavail) * Int(status.f_frsize)
}

/// The last few lines that say something, in one line.
func lastLines(of text: String, count: Int = 4) -> String {
    let lines = text.split { $0.isNewline }.map { String($0).trimmed }.filter { !$0.isEmpty }
    return lines.suffix(count).joined(separator: " | ")
}
