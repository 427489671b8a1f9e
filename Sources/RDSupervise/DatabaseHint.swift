import RDProcess

/// Whether there is a database to talk to without starting one: somebody chose one by the environment, or the private
/// server of the state folder `home` runs. One that was stopped was stopped for a reason.
public func hasDatabase(home: String) -> Bool {
    let names = [
        "RD_DATABASE_URL", "RD_DATABASE_URL_FILE", "PGHOST", "PGHOSTADDR", "PGPORT", "PGSERVICE", "PGSERVICEFILE",
        "PGDATABASE", "PGUSER",
    ]
    return names.contains { environment($0) != nil } || exists("\(home)/postgres/data/postmaster.pid")
}
