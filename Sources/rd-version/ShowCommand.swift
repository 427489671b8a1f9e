import ArgumentParser
import RDBytes
import RDFilter
import RDWarehouse

struct ShowCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show everything of one version.",
        discussion: """
            Where it came from, the account of its run, what the warehouse held after it by month and dimension, and \
            what it changed.

            Examples:
              rd-version show latest
              rd-version show 3 | jq .source
            """)

    @OptionGroup var options: VersionOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The version: a number, a tag, latest, latest~1.", transform: VersionReference.init)
    var version: VersionReference

    func run() throws {
        let details = try VersionDetails(version, try options.connect())
        try options.answer([details.json], details.lines)
    }
}

extension VersionDetails {
    fileprivate var lines: [String] {
        var blocks = [head]
        if let ledger = run?.ledger.array, !ledger.isEmpty { blocks.append(columnLines(account(ledger))) }
        if !months.isEmpty {
            blocks.append(
                columnLines(
                    [["month", "facts", "net amount"]] + months.map { [$0.month, grouped($0.facts), $0.netAmount] }))
        }
        if !dimensions.isEmpty {
            blocks.append(
                columnLines(
                    [["dimension", "rows", "members"]]
                        + dimensions.map { [$0.name, grouped($0.rows), grouped($0.members)] }))
        }
        if let diff { blocks.append(["members changed since version \(diff.before):"] + diff.memberCounts) }
        return Array(blocks.joined(separator: [""]))
    }

    private var head: [String] {
        var rows = [
            ["version", ([String(version.number)] + version.tags).joined(separator: ", ")],
            ["kind", version.restores.map { "\(version.kind) to version \($0)" } ?? version.kind],
            ["status", version.status], ["when", version.createdAt], ["run", "\(version.run), job \(version.job)"],
        ]
        if let uri = version.source.uri { rows.append(["source", uri]) }
        if let hash = version.source.sha256 { rows.append(["sha256", hash]) }
        if let bytes = version.source.bytes { rows.append(["bytes", grouped(bytes)]) }
        if version.source.isPartial { rows.append(["partial", "the stream had no end"]) }
        if version.source.isOpaque {
            rows.append(["opaque", "a program between two filters may have taken rows out or changed them"])
        }
        rows.append(["facts", "\(grouped(version.facts.records)): \(version.changes)"])
        if version.facts.moved > 0 {
            rows.append(["moved", "\(grouped(version.facts.moved)) facts worth \(version.facts.moneyMoved)"])
        }
        rows.append(["net money", "\(version.moneyBefore) before, \(version.moneyAfter) after"])
        rows.append(["history", [version.history, version.archive].compactMap { $0 }.joined(separator: ", ")])
        if let run { rows.append(["took", "\(run.duration) seconds"]) }
        if let detail = run?.detail { rows.append(["detail", detail]) }
        return columnLines(rows, left: 2)
    }

    private func account(_ ledger: [JSONValue]) -> [[String]] {
        func count(_ value: JSONValue?) -> String { grouped(value?.integer ?? 0) }
        return [["stage", "rows in", "rows out", "money out"]]
            + ledger.map { stage in
                [
                    stage["stage"]?.string ?? "?", count(stage["in"]), count(stage["out"]),
                    stage["money"]?["out"]?.string ?? "-",
                ]
            }
    }
}
