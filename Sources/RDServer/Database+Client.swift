import Glibc
import RDBytes
import RDPostgres
import RDProcess

extension Database {
    /// Where the database is, as libpq and most other programs take it; without a password. Our own server is made and
    /// started where it is missing.
    public func url() throws -> String {
        switch target {
        case .embedded: try server?.start().url ?? ""
        case .given(let conninfo): Conninfo.redacted(conninfo)
        case .libpq: "postgresql://"
        }
    }

    /// Replaces this process by psql in the database; returns only by throwing. A psql that is not there is exit 69.
    /// A password travels in the environment, because every user can read command lines.
    public func becomePsql(_ arguments: [String]) throws {
        var conninfo = try url()
        if case .given(let given) = target {
            if let password = Conninfo.password(in: given) { setenv("PGPASSWORD", password, 1) }
            conninfo = Conninfo.redacted(given)
        }
        var argv: [UnsafeMutablePointer<CChar>?] = (["psql", "-d", conninfo] + arguments).map { strdup($0) }
        argv.append(nil)
        defer { for pointer in argv { free(pointer) } }
        execvp("psql", argv)
        throw systemError(.unavailable, "cannot run psql", errno, remedy: "install postgresql-client, or set PATH")
    }
}
