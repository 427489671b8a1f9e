import ArgumentParser
import RDAlert
import RDAlertStore
import RDBytes
import RDFilter
import RDProcess
import RDSchedule

struct ShowCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything of one alert, and who was told.",
        discussion: """
            An alert is named by its number or by its fingerprint, which means the last one of that trouble.

            Examples:
              rd-alert show 12
              rd-alert show 12 | jq '.deliveries[] | select(.error)'
            """)

    @OptionGroup var options: AlertOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The alert: its number or its fingerprint.") var alert: String

    func run() throws {
        let store = try options.connect()
        let record = try store.find(alert)
        let deliveries = try store.deliveries(of: record.id ?? 0)
        var json = record.json
        json["deliveries"] = .array(deliveries)
        try options.answer([json], Self.lines(record.json, deliveries))
    }

    private static func lines(_ json: JSONValue, _ deliveries: [JSONValue]) -> [String] {
        let members = (json.members ?? []).filter { $0.value != .null }
        let head = columnLines(members.map { [$0.name.replacing("_", with: " "), text($0.value)] }, left: 2)
        if deliveries.isEmpty { return head + ["", "no channel was told"] }
        let names = ["channel", "event", "told_at", "failures", "error"]
        let table = columnLines(
            [names.map { $0.replacing("_", with: " ") }]
                + deliveries.map { line in names.map { line[$0].map(text) ?? "-" } }, left: 5)
        return head + [""] + table
    }

    private static func text(_ value: JSONValue) -> String { value == .null ? "-" : value.string ?? value.text }
}
