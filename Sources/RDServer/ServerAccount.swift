import Glibc
import RDBytes

/// The user that the private server runs as: PostgreSQL refuses to run as root.
struct ServerAccount: Equatable {
    let user: uid_t
    let group: gid_t
    /// True where we are root and become this user for the server's programs only.
    let isBorrowed: Bool

    /// Whoever we are.
    static var ourselves: ServerAccount { ServerAccount(user: geteuid(), group: getegid(), isBorrowed: false) }

    /// Ourselves, or, as root, the owner of the data where there are some, else `postgres`, else `nobody`.
    static func choose(data: String) throws(RDError) -> ServerAccount {
        let owner = FileOwner(path: data)
        guard geteuid() == 0 else {
            if let owner, owner.user != geteuid() {
                throw RDError(
                    .permission, "the private server in \(data) belongs to another user (uid \(owner.user))",
                    remedy: "run as that user, or set RD_HOME to a folder of your own")
            }
            return .ourselves
        }
        if let owner, owner.user != 0 {
            return ServerAccount(user: owner.user, group: owner.group, isBorrowed: true)
        }
        for name in ["postgres", "nobody"] {
            if let entry = getpwnam(name)?.pointee, entry.pw_uid != 0 {
                return ServerAccount(user: entry.pw_uid, group: entry.pw_gid, isBorrowed: true)
            }
        }
        throw RDError(
            .unavailable, "PostgreSQL does not run as root, and there is no user 'postgres' or 'nobody' to run it as",
            remedy: "make one (adduser --system postgres), or run as an ordinary user")
    }

    /// The command line that runs `command` as this user.
    ///
    /// setpriv (util-linux, on every Debian) only sets the ids and executes: su and runuser would open a PAM session,
    /// stay as a parent and may take the terminal; posix_spawn itself cannot change the user.
    func commandLine(_ command: [String]) -> [String] {
        guard isBorrowed else { return command }
        return ["setpriv", "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"] + command
    }

    /// True where this user may pass through `path` and every folder above it, by the permission bits.
    func canReach(_ path: String) -> Bool {
        guard isBorrowed else { return true }
        var folder = path
        while true {
            if let owner = FileOwner(path: folder.isEmpty ? "/" : folder), !mayPass(owner) { return false }
            guard let slash = folder.lastIndex(of: "/") else { return true }
            folder = String(folder[..<slash])
        }
    }

    private func mayPass(_ owner: FileOwner) -> Bool {
        if owner.user == user { return owner.mode & 0o100 != 0 }
        if owner.group == group { return owner.mode & 0o010 != 0 }
        return owner.mode & 0o001 != 0
    }
}

/// Who owns a file, and its permission bits; nil where there is none.
struct FileOwner {
    let user: uid_t
    let group: gid_t
    let mode: mode_t
    let isFolder: Bool

    /// Looks at `path`; a symbolic link is followed unless it is to be seen as it is.
    init?(path: String, followsLink: Bool = true) {
        var status = stat()
        guard (followsLink ? stat(path, &status) : lstat(path, &status)) == 0 else { return nil }
        user = status.st_uid
        group = status.st_gid
        mode = status.st_mode & 0o7777
        isFolder = status.st_mode & S_IFMT == S_IFDIR
    }
}
