import RDBytes
import RDFilter
import RDWarehouse

/// What `rd-db status` shows, for people and for programs.
struct StatusReport {
    let database: String
    let host: String
    let server: String
    let migrations: MigrationState
    let warehouse: WarehouseStatus

    var lines: [String] {
        let pending =
            migrations.pending.isEmpty ? "up to date" : "\(migrations.pending.count) pending: run rd-db migrate"
        let head = [
            "database  \(database) at \(host), PostgreSQL \(server)",
            "schema    \(migrations.applied.count) migrations, \(pending)", "version   \(versionText)",
        ]
        return warehouse.tables.isEmpty ? head : head + [""] + table
    }

    private var versionText: String {
        guard let version = warehouse.version else { return "none: nothing was loaded yet" }
        return "\(version.number), \(version.status), \(grouped(version.records)) facts, \(version.createdAt)"
    }

    private var table: [String] {
        let rows = warehouse.tables.map { table in
            let name = table.partitions > 0 ? "\(table.name) (\(table.partitions) partitions)" : table.name
            return [name, grouped(table.rows), sizeText(table.bytes)]
        }
        return columnLines([["table", "rows", "size"]] + rows)
    }

    var json: JSONValue {
        let tables = warehouse.tables.map { table -> JSONValue in
            [
                "name": .string(table.name), "rows": .integer(table.rows), "bytes": .integer(table.bytes),
                "partitions": .integer(table.partitions),
            ]
        }
        return [
            "database": .string(database), "host": .string(host), "server_version": .string(server),
            "migrations": [
                "applied": .integer(migrations.applied.count), "pending": .integer(migrations.pending.count),
            ], "version": warehouse.version.map(Self.json) ?? .null, "tables": .array(tables),
        ]
    }

    private static func json(_ version: WarehouseStatus.Version) -> JSONValue {
        [
            "version_number": .integer(version.number), "status": .string(version.status),
            "records_count": .integer(version.records), "created_at": .string(version.createdAt),
        ]
    }
}
