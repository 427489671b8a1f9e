import RDBytes
public import RDPostgres

/// The warehouse as a whole.
public enum Warehouse {
    /// Makes sure that the database has the schema that this release needs: our own database gets it, another one is
    /// left alone and a lack is exit 78.
    public static func prepare(_ connection: Connection, share: String, mayMigrate: Bool) throws {
        let runner = try MigrationRunner(share: share)
        let state = try runner.state(of: connection)
        guard !state.pending.isEmpty else { return }
        guard mayMigrate else {
            throw RDError(
                .configuration,
                state.applied.isEmpty
                    ? "the database has no warehouse in it yet"
                    : "the warehouse lacks \(state.pending.count) of this release's migrations",
                remedy: state.applied.isEmpty ? "run: rd-db init" : "run: rd-db migrate")
        }
        _ = try runner.apply(to: connection)
    }
}
