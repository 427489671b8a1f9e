import RDProcess
import RDWarehouse

/// The files of `sql/migrations` that came with this executable.
func migrations() throws -> MigrationRunner { try MigrationRunner(share: Folders().share) }
