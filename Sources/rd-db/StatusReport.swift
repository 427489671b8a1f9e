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
            return [name, grouped(table.rows), size(table.bytes)]
        }
        let cells = [["table", "rows", "size"]] + rows
        let widths = (0..<3).map { column in cells.map { $0[column].count }.max() ?? 0 }
        return cells.map { row in
            let name = row[0] + String(repeating: " ", count: widths[0] - row[0].count)
            let others = (1..<3).map { String(repeating: " ", count: widths[$0] - row[$0].count) + row[$0] }
            return ([name] + others).joined(separator: "  ")
        }
    }

    /// `12.3 MiB`
    private func size(_ bytes: Int) -> String {
        let units = ["B", "KiB", "MiB", "GiB", "TiB"]
        var unit = 0
        var tenths = bytes * 10
        while tenths >= 10_240 && unit < units.count - 1 {
            tenths = (tenths + 512) / 1024
            unit += 1
        }
        return unit == 0 ? "\(bytes) B" : "\(tenths / 10).\(tenths % 10) \(units[unit])"
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
