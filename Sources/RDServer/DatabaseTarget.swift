public import RDBytes
import RDPostgres

/// Which database the suite works with, before anything is connected.
public enum DatabaseTarget: Equatable, Sendable {
    /// A libpq connection string or URL that somebody gave.
    case given(String)
    /// Whatever libpq's own environment variables and service files say.
    case libpq
    /// The suite's own private server.
    case embedded

    /// libpq's variables that say where a database is. One of them is enough for us to leave the choice to libpq.
    static let libpqVariables = [
        "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGSERVICEFILE", "PGDATABASE", "PGUSER",
    ]

    /// The choice: `option` (`--database-url`), then `RD_DATABASE_URL`, then libpq's variables, then our own server.
    /// - Throws: exit 64 for an option that carries a password, which every user of the machine could read.
    public static func resolve(option: String?, environment: (String) -> String?) throws(RDError) -> DatabaseTarget {
        if let option {
            guard Conninfo.password(in: option) == nil else {
                throw RDError(
                    .usage, "--database-url carries a password, and every user of this machine can read command lines",
                    remedy: "put it in RD_DATABASE_URL, PGPASSWORD or ~/.pgpass")
            }
            return .given(option)
        }
        if let url = environment("RD_DATABASE_URL") { return .given(url) }
        return libpqVariables.contains { environment($0) != nil } ? .libpq : .embedded
    }
}
