import ArgumentParser
import RDBytes
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct PartitionsCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "partitions", abstract: "List the months of the fact table with rows, bytes and money.",
        discussion: """
            A table on a terminal; elsewhere a JSON object a line for each month, and one with the total. Rows are \
            counted, bytes are those on disk with indexes.

            Examples:
              rd-db partitions
              rd-db partitions --json | jq -r 'select(.month) | [.month, .rows, .net_amount] | @csv'
            """)

    @OptionGroup var common: CommonOptions
    @OptionGroup var database: DatabaseOptions

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    func run() throws {
        let months = try FactMonthStatus.all(in: try database.connectToWarehouse(common.log("rd-db")))
        let asJSON = json || fileKind(1) != .terminal
        try printLines(asJSON ? (months.map(\.json) + [months.total]).map(\.line) : months.table)
    }
}

extension FactMonthStatus {
    fileprivate var json: JSONValue {
        [
            "month": .string(month), "partition": .string(partition), "rows": .integer(facts), "bytes": .integer(bytes),
            "net_amount": .string(Decimal4.text(netAmount)), "first": .optional(first), "last": .optional(last),
        ]
    }

    fileprivate var cells: [String] {
        [month, grouped(facts), sizeText(bytes), Decimal4.text(netAmount), first ?? "-", last ?? "-"]
    }
}

extension [FactMonthStatus] {
    private var facts: Int { reduce(0) { $0 + $1.facts } }
    private var bytes: Int { reduce(0) { $0 + $1.bytes } }
    private var netAmount: Int128 { reduce(0) { $0 + $1.netAmount } }

    fileprivate var total: JSONValue {
        [
            "total": [
                "partitions": .integer(count), "rows": .integer(facts), "bytes": .integer(bytes),
                "net_amount": .string(Decimal4.text(netAmount)), "first": .optional(compactMap(\.first).first),
                "last": .optional(compactMap(\.last).last),
            ]
        ]
    }

    fileprivate var table: [String] {
        let sum = ["\(count) months", grouped(facts), sizeText(bytes), Decimal4.text(netAmount)]
        let ends = [compactMap(\.first).first ?? "-", compactMap(\.last).last ?? "-"]
        return columnLines([["month", "rows", "size", "net amount", "first", "last"]] + map(\.cells) + [sum + ends])
    }
}
