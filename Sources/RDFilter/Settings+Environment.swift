import Glibc
import RDBytes
import RDProcess

extension Settings {
    /// The plain settings, and the variable of the environment that each is for whoever reads it.
    public static let plain: [(name: String, variable: String)] = [
        ("database_url", "RD_DATABASE_URL"), ("database_url_file", "RD_DATABASE_URL_FILE"), ("job", "RD_JOB"),
        ("log_format", "RD_LOG_FORMAT"), ("quiet", "RD_QUIET"), ("log_file", "RD_LOG_FILE"),
        ("audit_file", "RD_AUDIT_FILE"), ("temporary_folder", "TMPDIR"),
    ]

    /// libpq's own variables that choose a database, over the file's choice too.
    private static let databaseVariables = [
        "RD_DATABASE_URL", "RD_DATABASE_URL_FILE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGSERVICEFILE",
        "PGDATABASE", "PGUSER",
    ]

    /// Puts the plain settings into the environment of this process and of those it starts, where the environment does
    /// not have its own; and reads the URL of the database from the file that is named for it.
    /// - Throws: exit 66 where that file cannot be read.
    public func enterEnvironment() throws {
        let hasDatabase = Self.databaseVariables.contains { environment($0) != nil }
        for setting in values where setting.executable == nil {
            guard let variable = Self.plain.first(where: { $0.name == setting.name })?.variable else { continue }
            if hasDatabase, Self.databaseVariables.contains(variable) { continue }
            if environment(variable) == nil { setenv(variable, setting.values.first ?? "", 1) }
        }
        if environment("RD_DATABASE_URL") == nil, let file = environment("RD_DATABASE_URL_FILE") {
            let text = String(decoding: try readAll(FileSource(path: file)), as: UTF8.self)
            let url = text.trimmed
            guard !url.isEmpty, !url.contains(where: \.isNewline) else {
                throw RDError(
                    .configuration, "\(file) does not hold one line, the URL of the database",
                    remedy: "write the URL into it and nothing else")
            }
            setenv("RD_DATABASE_URL", url, 1)
        }
    }

    /// What the options of `executable` are to be where the command line does not say: from the environment
    /// (`RD_LOAD_WAIT` for `--wait` of `rd-load`, `RD_LOG_FORMAT` and `RD_QUIET` for all), else from the file.
    public func options(of executable: String, variables: [(name: String, value: String)]) -> [Setting] {
        let prefix = "RD_" + executable.dropFirst(3).uppercased().map { $0 == "-" ? "_" : String($0) }.joined() + "_"
        let set = variables.filter { !$0.value.isEmpty }
        let own = set.filter { $0.name.hasPrefix(prefix) }
            .map { (key: $0.name.dropFirst(prefix.count).lowercased(), variable: $0) }
        let common = set.filter { ["RD_LOG_FORMAT", "RD_QUIET"].contains($0.name) }
            .map { (key: $0.name.dropFirst(3).lowercased(), variable: $0) }
            .filter { shared in !own.contains { $0.key == shared.key } }
        let found = (own + common).map { key, variable in
            Setting(
                executable: executable, name: key, values: [variable.value],
                origin: "\(variable.name) in the environment")
        }
        let chosen = Set(found.map(\.name))
        return found + values.filter { $0.executable == executable && !chosen.contains($0.name) }
    }

    /// The variables of the environment.
    public static func variables() -> [(name: String, value: String)] {
        var found: [(String, String)] = []
        var next = environ
        while let entry = next.pointee {
            let text = String(cString: entry)
            if let sign = text.firstIndex(of: "=") {
                found.append((String(text[..<sign]), String(text[text.index(after: sign)...])))
            }
            next += 1
        }
        return found
    }
}

extension String {
    /// Without white space at its ends.
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
