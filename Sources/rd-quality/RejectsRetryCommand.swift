import ArgumentParser
import RDBytes
import RDDatabaseOptions
import RDFilter
import RDProcess
import RDQuality
import RDQualityOptions
import RDRecord
import RDWarehouse

struct RejectsRetryCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Take open rejects through the stages again, by the rules of today.",
        discussion: """
            Each row goes in where it was set aside: one of rd-ingest is read as its source was, with its line and \
            place in it, and rd-load does the rest. The load is one of its own for each run and stage; it marks the \
            rejects resolved, or superseded where the row is set aside anew, in its transaction. A row whose sale is \
            in the warehouse is a duplicate and changes nothing. Rows that were cut, repeat others or have no \
            readable form are left alone, and so are those of which rd-ingest still says the same.

            Examples:
              rd-quality rejects retry --plan
              rd-quality rejects retry --code bad_pattern --schema mended.yaml | jq .scores
              rd-quality rejects retry --id 17 --id 18
            """)

    @OptionGroup var options: WarehouseOptions
    @OptionGroup var chosen: RejectOptions
    @Option(help: .init("Only this reject; may be given several times.", valueName: "id")) var id: [Int] = []
    @Option(help: .init("Retry at most so many.", valueName: "n")) var limit = 100_000
    @Flag(help: "Say what the loads would do, and take them back.") var plan = false
    @Option(help: .init("The columns, their names and patterns; pipelines/schema.yaml otherwise.", valueName: "file"))
    var schema: String?
    @Option(help: .init("What is made of values; pipelines/cleaning.yaml otherwise.", valueName: "file"))
    var rules: String?
    @OptionGroup(title: "Quality") var gate: GateOptions

    var common: CommonOptions { options.common }
    var changesSomething: Bool { !plan }

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit must be at least 1") }
    }

    func run() throws {
        let connection = try options.connect()
        let store = RejectStore(connection)
        var filter = chosen.filter
        filter.ids = id
        let found = try store.all(filter, limit: limit)
        try note(found.filter { !RetryStream.canRetry($0) })
        let columns = try SalesSchema(ConfigurationReader().read(schema, default: "schema.yaml"))
        var lines: [JSONValue] = []
        for group in Self.groups(found.filter(RetryStream.canRetry)) {
            guard let open = try store.open(of: group[0].run) else { continue }
            let run = RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10))
            var stream = RetryStream(rejects: group, open: open, run: run)
            let bytes = try stream.bytes(
                schema: columns, gates: try gate.settings(isLate: plan), clock: Clock.monotonicNanoseconds)
            let same = group.count - stream.rejects.count
            if same > 0 {
                options.log.write(.info, "as bad as before: \(grouped(same)) rejects of \(group[0].source ?? "-")")
            }
            guard let bytes else { continue }
            let summary = try load(bytes, stream.cleaningArguments)
            lines.append(try report(stream.rejects, summary, store))
        }
        try options.answer(lines, lines.isEmpty ? ["nothing to retry"] : lines.flatMap(Self.lines))
    }

    /// Says which rejects are left alone, by code.
    private func note(_ left: [StoredReject]) throws {
        guard !left.isEmpty else { return }
        let counts = Dictionary(grouping: left, by: \.code).sorted { $0.key < $1.key }
        options.log.write(
            .info, "left alone: " + counts.map { "\($0.key) \(grouped($0.value.count))" }.joined(separator: ", "))
    }

    /// By run and stage, each in the order in which they were set aside.
    private static func groups(_ rejects: [StoredReject]) -> [[StoredReject]] {
        Dictionary(grouping: rejects) { "\($0.run) \($0.stage)" }.values.sorted { $0[0].id < $1[0].id }
    }

    /// Gives the stream to rd-load, and what that says of it. Its failure is ours.
    private func load(_ bytes: [UInt8], _ cleaning: [String]) throws -> JSONValue {
        let file = try TemporaryFile()
        try bytes.withUnsafeBytes { try file.append($0) }
        var arguments = ["--json", "--quiet"] + cleaning
        if plan { arguments.append("--plan") }
        if gate.noGate { arguments.append("--no-gate") }
        if gate.failLate { arguments.append("--fail-late") }
        let files = [("--schema", schema), ("--rules", rules), ("--quality", gate.quality)]
        for (name, value) in files + [("--database-url", options.database.databaseURL)] {
            if let value { arguments += [name, value] }
        }
        let (read, write) = try makePipe()
        let program = Folders().executables + "/rd-load"
        let child: Subprocess
        do {
            child = try Subprocess(program, arguments, input: file.descriptor, output: write)
        } catch {
            closeDescriptor(read)
            closeDescriptor(write)
            throw error
        }
        closeDescriptor(write)
        let output = try readAll(FileSource(read, name: program, ownsDescriptor: true))
        let ending = child.wait()
        guard ending == .exit(0) else {
            var number = RDBytes.ExitCode.temporary.rawValue
            if case .exit(let code) = ending { number = code }
            throw RDError(
                .init(rawValue: number) ?? .internalError, "the rejects were not loaded, and stay open",
                remedy: "see what rd-load says")
        }
        return try output.withUnsafeBytes { try JSONValue(parsing: $0.bytes) }
    }

    private func report(_ group: [StoredReject], _ summary: JSONValue, _ store: RejectStore) throws -> JSONValue {
        let run = summary["run"]?.string ?? ""
        let again = (summary["rejected"]?.array ?? []).reduce(0) { $0 + ($1["count"]?.integer ?? 0) }
        return [
            "status": summary["status"] ?? .null, "of_run": .string(group[0].run), "source": .optional(group[0].source),
            "stage": .string(group[0].stage), "retried": .integer(group.count),
            "resolved": .integer(group.count - again), "rejected": summary["rejected"] ?? .array([]),
            "run": .string(run), "version": summary["version"] ?? .null, "inserted": summary["inserted"] ?? .null,
            "net_amount": summary["money"]?["net_amount"] ?? .null,
            "scores": .array(plan ? [] : try store.scores(group[0].run, retriedBy: run)),
        ]
    }

    private static func lines(_ line: JSONValue) -> [String] {
        func text(_ name: String) -> String { line[name]?.string ?? line[name]?.number ?? "-" }
        let isPlan = line["status"]?.string == "planned"
        var lines = [
            "\(text("source")): \(text("retried")) rejects of \(text("stage")) retried, \(text("resolved")) "
                + (isPlan ? "would be resolved" : "resolved by version \(text("version")) (run \(text("run")))")
        ]
        for reject in line["rejected"]?.array ?? [] {
            lines.append("  set aside again: \(reject["code"]?.string ?? "?") \(reject["count"]?.number ?? "?")")
        }
        let scores = line["scores"]?.array ?? []
        guard !scores.isEmpty else { return lines }
        func figure(_ score: JSONValue?) -> String {
            "\(score?["value"]?.number ?? "-") of \(score?["n"]?.number ?? "-")"
        }
        let cells = scores.map { one in
            ["  " + (one["gate"]?.string ?? ""), one["rule"]?.string ?? "", figure(one["then"]), figure(one["now"])]
        }
        return lines + columnLines([["  gate", "rule", "then", "of those retried"]] + cells, left: 2)
    }
}
