import Glibc
import RDBytes
import RDProcess

/// The folder of PostgreSQL's server programs.
struct PostgresPrograms: Equatable {
    let folder: String
    /// The major version: 15.
    let major: Int

    /// The oldest version that the warehouse's SQL works with.
    static let oldest = 12

    /// Finds the programs: of version `major`, where data of that version exist, else the newest.
    static func find(major: Int?) throws(RDError) -> PostgresPrograms {
        let found = candidates().compactMap(inspect)
        if let best = choose(from: found, major: major) { return best }
        if let major {
            throw RDError(
                .unavailable, "the private server's data are of PostgreSQL \(major), which is not installed",
                remedy: "install postgresql-\(major), or set RD_HOME to another folder")
        }
        throw RDError(
            .unavailable, "PostgreSQL \(oldest) or newer is not installed on this machine",
            remedy: "install it (apt-get install postgresql), or set RD_DATABASE_URL to a server")
    }

    /// The one of `found` with the version that is asked for, or the newest that is new enough.
    static func choose(from found: [PostgresPrograms], major: Int?) -> PostgresPrograms? {
        if let major { return found.first { $0.major == major } }
        return found.filter { $0.major >= oldest }.max { $0.major < $1.major }
    }

    /// A program of the folder.
    func path(_ program: String) -> String { folder + "/" + program }

    private static func candidates() -> [String] {
        let debian = "/usr/lib/postgresql"
        var folders = entries(of: debian).map { "\(debian)/\($0)/bin" }
        let path = (environment("PATH") ?? "").split(separator: ":").map(String.init)
        if path.contains(where: { access($0 + "/pg_config", X_OK) == 0 }),
            let (ending, output) = try? capture("pg_config", ["--bindir"]), ending == .exit(0)
        {
            folders.append(String(decoding: output, as: UTF8.self).trimmed)
        }
        folders += path
        var seen: Set<String> = []
        return folders.filter { folder in
            seen.insert(folder).inserted
                && ["initdb", "pg_ctl", "postgres"].allSatisfy { access("\(folder)/\($0)", X_OK) == 0 }
        }
    }

    /// `postgres (PostgreSQL) 15.4 (Debian ...)`: the version is the third word.
    private static func inspect(_ folder: String) -> PostgresPrograms? {
        guard let (ending, output) = try? capture(folder + "/postgres", ["--version"]), ending == .exit(0) else {
            return nil
        }
        let words = String(decoding: output, as: UTF8.self).split(separator: " ")
        guard words.count > 2, let major = Int(words[2].prefix { $0.isNumber }) else { return nil }
        return PostgresPrograms(folder: folder, major: major)
    }
}

/// The names in a folder, without `.` and `..`; none where there is no such folder.
func entries(of folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
            String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        }
        if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
}

extension String {
    /// The text without white space at its ends.
    var trimmed: String {
        let start = drop { $0.isWhitespace }
        return String(start.reversed().drop { $0.isWhitespace }.reversed())
    }
}
