import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDPostgres
import RDProcess

/// Which warehouse a command looks at, and how it answers.
struct WarehouseOptions: ParsableArguments {
    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Answer in JSON, one object a line, as in a pipe.")
    var json = false

    /// Where event lines go.
    var log: Log { common.log("rd-quality") }

    /// A session in the warehouse.
    func connect() throws -> Connection { try database.connectToWarehouse(log) }

    /// True where programs read what is written.
    var isForPrograms: Bool { json || fileKind(1) != .terminal }

    /// Writes objects to standard output, one a line; for people, `lines` instead.
    func answer(_ objects: [JSONValue], _ lines: @autoclosure () -> [String]) throws {
        try printLines(isForPrograms ? objects.map(\.text) : lines())
    }
}
