import ArgumentParser
import RDBytes
import RDFilter
import RDProcess
import RDQuality
import RDRecord
import RDWarehouse

struct CheckCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Hold the warehouse's tables against the rules.",
        discussion: """
            Measures the rules of the gate warehouse on the tables as they stand at one moment, keeps the figures as \
            those of a run of its own, and exits 65 where one fails. --rows writes every row that is against the rules \
            instead, with the source and line that it came from.

            Examples:
              rd-quality check
              rd-quality check --table fact_sales | jq -r 'select(.status != "pass") | .rule'
              rd-quality check --rule amounts_are_positive --rows | jq -c .source
            """)

    @OptionGroup var options: WarehouseOptions

    @Option(help: .init("Only the rules about this table.", valueName: "table")) var table: String?
    @Option(help: .init("Only this rule; may be given several times.", valueName: "name")) var rule: [String] = []
    @Option(help: .init("The rules; pipelines/quality.yaml otherwise.", valueName: "file")) var rules: String?
    @Flag(help: "Write the rows that are against the rules, one object a line.") var rows = false
    @Flag(help: "Keep nothing of what was measured.") var noSave = false
    @Option(help: .init("The job that the figures are kept under.", valueName: "name")) var jobName = "check"

    var common: CommonOptions { options.common }

    var changesSomething: Bool { !noSave && !rows }

    func validate() throws {
        if let table, !WarehouseTable.names.contains(table) {
            throw ValidationError("--table is one of \(WarehouseTable.names.joined(separator: ", "))")
        }
    }

    func run() throws {
        let rules = try QualityRules(ConfigurationReader().read(rules, default: "quality.yaml"))
        let connection = try options.connect()
        let check = try WarehouseCheck(rules, table: table, names: rule, connection)
        if rows { return try writeRows(check) }
        let started = Clock.monotonicNanoseconds()
        let found = try check.measure()
        if !noSave {
            let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10))
            let milliseconds = Int((Clock.monotonicNanoseconds() - started) / 1_000_000)
            try check.save(found, run: run.text, job: jobName, milliseconds: milliseconds)
        }
        try options.answer(found.map { $0.json(stage: "check", gate: .warehouse) }, Self.table(found))
        for text in Measurement.warnings(found, .warehouse) { options.log.write(.warning, text) }
        if let failure = Measurement.failure(found, .warehouse) { throw failure }
    }

    private func writeRows(_ check: WarehouseCheck) throws {
        let sink = FileSink(1, name: "standard output")
        var out = ByteBuffer(capacity: 1 << 16)
        try check.eachBadRow { row in
            out.append(json: row)
            out.append(0x0A)
            if out.count > 1 << 16 { try out.drain(to: sink) }
        }
        try out.drain(to: sink)
        try sink.close()
    }

    private static func table(_ found: [Measurement]) -> [String] {
        let head = ["status", "table", "rule", "dimension", "of", "value", "bad", "warn", "fail"]
        return columnLines(
            [head]
                + found.map { one in
                    let limits = one.rule.thresholds
                    return [
                        one.status.rawValue, one.rule.table ?? "-",
                        one.rule.name + (one.segment.map { " in \($0)" } ?? ""), one.rule.dimension.rawValue,
                        grouped(one.n), one.value ?? "-", grouped(one.bad), limits.text(limits.warn) ?? "-",
                        limits.text(limits.fail) ?? "-",
                    ]
                }, left: 4)
    }
}
