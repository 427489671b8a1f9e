import CPostgres

/// What can be known of a connection string without connecting.
public enum Conninfo {
    /// The password written in a connection string or URL; nil where there is none, or where it does not parse.
    public static func password(in conninfo: String) -> String? { options(conninfo)?["password"] }

    /// The options that the string itself names, by libpq's keywords (`host`, `dbname`, ...); nil where libpq cannot
    /// parse it. A string without `=` that is no URL is a database's name, as it is for psql.
    public static func options(_ conninfo: String) -> [String: String]? {
        if conninfo.isEmpty { return [:] }
        if !conninfo.contains("=") && !isURL(conninfo) { return ["dbname": conninfo] }
        guard let parsed = PQconninfoParse(conninfo, nil) else { return nil }
        defer { PQconninfoFree(parsed) }
        return collect(parsed)
    }

    /// Where a connection string leads, as far as it can be known without connecting: what it does not say itself is
    /// taken from libpq's environment and defaults. Of several servers it is the first.
    public static func address(_ conninfo: String) -> (host: String, port: String, database: String) {
        var known: [String: String] = [:]
        if let defaults = PQconndefaults() {
            known = collect(defaults)
            PQconninfoFree(defaults)
        }
        known.merge((options(conninfo) ?? [:]).filter { !$0.value.isEmpty }) { $1 }
        func first(_ name: String) -> String? {
            known[name]?.split(separator: ",", omittingEmptySubsequences: false).first.map(String.init)
        }
        let host = [first("host"), first("hostaddr")].compactMap { $0 }.first { !$0.isEmpty }
        return (host ?? "", first("port") ?? "5432", known["dbname"] ?? known["user"] ?? "")
    }

    /// True for `postgresql://...` and `postgres://...`.
    public static func isURL(_ conninfo: String) -> Bool {
        conninfo.hasPrefix("postgresql://") || conninfo.hasPrefix("postgres://")
    }

    /// The string with its password taken out, fit for a log; a string that does not parse is withheld as a whole.
    public static func redacted(_ conninfo: String) -> String {
        guard let options = options(conninfo) else { return "(not a valid connection string)" }
        guard let password = options["password"], !password.isEmpty else { return conninfo }
        return options.filter { $0.key != "password" }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\(quoted($0.value))" }.joined(separator: " ")
    }

    /// A value as a connection string takes it.
    public static func quoted(_ value: String) -> String {
        "'" + value.replacing(#"\"#, with: #"\\"#).replacing("'", with: #"\'"#) + "'"
    }

    /// Why libpq cannot use the string, with every quoted piece of the string left out, because one may be a password.
    static func complaint(about conninfo: String) -> String? {
        guard options(conninfo) == nil else { return nil }
        var message: UnsafeMutablePointer<CChar>?
        PQconninfoFree(PQconninfoParse(conninfo, &message))
        defer { PQfreemem(message) }
        let text = message.map { String(cString: $0).oneLine } ?? ""
        let safe = text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
            .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "..." }
        return "the connection string is not valid: \(safe.joined(separator: "\""))"
    }

    /// The milliseconds to wait for each answer while connecting: `connect_timeout`, else 30 seconds; -1 for 0, which
    /// libpq takes for no limit.
    static func connectTimeout(of connection: OpaquePointer?) -> Int32 {
        guard let parsed = PQconninfo(connection) else { return 30_000 }
        defer { PQconninfoFree(parsed) }
        guard let seconds = collect(parsed)["connect_timeout"].flatMap({ Int32($0) }) else { return 30_000 }
        return seconds <= 0 ? -1 : min(max(seconds, 2), 86_400) * 1000
    }

    private static func collect(_ list: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var options: [String: String] = [:]
        var next = list
        while let keyword = next.pointee.keyword {
            if let value = next.pointee.val { options[String(cString: keyword)] = String(cString: value) }
            next += 1
        }
        return options
    }
}
