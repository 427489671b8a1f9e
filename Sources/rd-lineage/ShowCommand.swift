import ArgumentParser
import RDBytes
import RDFilter
import RDLineage
import RDProcess
import RDRecord

struct ShowCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show what a run did to rows and columns, stage by stage.",
        discussion: """
            RUN is a run's identity or the beginning of one, or v1 for the run that made version 1; the latest \
            otherwise. A program between two filters is a stage called opaque, with the rows it took.

            Examples:
              rd-lineage show
              rd-lineage show v3 --json | jq -c 'select(.type == "column") | [.column, .origins]'
            """)

    @OptionGroup var options: LineageOptions

    @Argument(help: .init("The run.", valueName: "run")) var name: String?

    var common: CommonOptions { options.common }

    func run() throws {
        let stored = try RunStore(try options.connect()).run(name)
        let report = RunReport(stored)
        try options.answer(report.objects, report.lines)
    }
}

/// What `show` writes of a run.
struct RunReport {
    private let stored: StoredRun
    private let lineage: RunLineage

    init(_ stored: StoredRun) {
        self.stored = stored
        lineage = stored.lineage
    }

    /// The run, its stages, its columns.
    var objects: [JSONValue] { [head] + lineage.stages.enumerated().map(stage) + columns.map(\.json) }

    private var head: JSONValue {
        [
            "type": "run", "run": .string(stored.run), "job": .string(stored.job), "status": .string(stored.status),
            "version": stored.version.map { .integer($0) } ?? .null, "began": .string(Clock.iso8601(stored.began)),
            "ms": .integer(stored.milliseconds), "source": .optional(lineage.source["uri"]?.string),
            "sha256": .optional(stored.sha256), "bytes": stored.bytes.map { .integer($0) } ?? .null,
        ]
    }

    private func stage(_ index: Int, _ stage: RunLineage.Stage) -> JSONValue {
        var object: JSONValue = [
            "type": "stage", "position": .integer(index + 1), "stage": .string(stage.dataset),
            "opaque": .bool(stage.isOpaque), "took": .integer(stage.rowsTaken), "options": stage.options,
        ]
        for member in stage.account?.json.members ?? [] where member.name != "stage" {
            object[member.name] = member.value
        }
        return object
    }

    /// A column of the warehouse and the way to it.
    private struct Way {
        let column: LineageColumn
        let origins: [LineageColumn]
        let steps: [LineageEdge]

        var json: JSONValue {
            [
                "type": "column", "column": .string(column.text), "origins": .array(origins.map { .string($0.text) }),
                "steps": .array(steps.map(\.json)),
            ]
        }
    }

    private var columns: [Way] {
        let graph = lineage.graph
        let streams = Set(lineage.stages.map(\.dataset) + [LineageColumn.source])
        return graph.columns.filter { !streams.contains($0.dataset) }.sorted().map { column in
            Way(column: column, origins: graph.origins(of: column), steps: graph.upstream(of: [column]).reversed())
        }
    }

    /// The same for people.
    var lines: [String] {
        let version = stored.version.map { ", version \($0)" } ?? ""
        let bytes = stored.bytes.map { ", \(grouped($0)) bytes" } ?? ""
        var lines = [
            "run     \(stored.run), job \(stored.job), \(stored.status)\(version)",
            "began   \(Clock.iso8601(stored.began)), \(grouped(stored.milliseconds)) ms",
            "source  \(lineage.source["uri"]?.string ?? "not known")\(bytes)",
        ]
        if let hash = stored.sha256 { lines.append("sha256  \(hash)") }
        var stages = TextTable(["stage", "rows in", "rows out", "taken", "money out"], right: [1, 2, 3, 4])
        for stage in lineage.stages {
            let account = stage.account
            stages.add([
                stage.dataset, account.map { grouped($0.rowsIn) } ?? "?", account.map { grouped($0.rowsOut) } ?? "?",
                grouped(stage.rowsTaken), account.map { Decimal4.text($0.moneyOut) } ?? "?",
            ])
        }
        var table = TextTable(["column", "comes from", "by"])
        for way in columns {
            let rules = way.steps.filter { $0.to == way.column }.map { "\($0.stage): \($0.rule)" }
            let origins = way.origins.map { $0.dataset == LineageColumn.source ? $0.name : $0.text }
            table.add([
                way.column.text, origins.joined(separator: ", "), Array(Set(rules)).sorted().joined(separator: "; "),
            ])
        }
        return lines + [""] + stages.lines + (columns.isEmpty ? [] : [""] + table.lines)
    }
}
