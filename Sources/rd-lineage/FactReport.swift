import RDBytes
import RDFilter
import RDLineage
import RDProcess

/// What `why` writes of a fact.
struct FactReport {
    private let story: FactStory
    private let raw: Result<SourceLine, SourceLine.Missing>
    private let retelling: Retelling?
    private let failure: String?

    init(_ story: FactStory, _ raw: Result<SourceLine, SourceLine.Missing>, _ rules: RetellingRules?) {
        self.story = story
        self.raw = raw
        guard case .success(let line) = raw, let rules else {
            (retelling, failure) = (nil, nil)
            return
        }
        do {
            (retelling, failure) = (try Retelling(line, story.form, story.run.lineage, rules), nil)
        } catch let error as any CodedError {
            (retelling, failure) = (nil, error.message)
        } catch {
            (retelling, failure) = (nil, "\(error)")
        }
    }

    var object: JSONValue {
        [
            "type": "fact", "fact": story.latest.fact,
            "removed_by_version": story.latest.to.map { .integer($0) } ?? .null, "source": source,
            "steps": .array(steps.map(\.json)), "differences": .array(differences),
            "repeats": .array(story.repeats.map(\.json)), "rules": .array(rules.map(\.json)), "run": run,
            "history": .array(history),
        ]
    }

    private var steps: [Retelling.Step] { retelling?.steps ?? [] }
    private var differences: [JSONValue] { retelling.map(story.differences) ?? [] }

    /// Where the row itself cannot be shown: what is done to every row.
    private var rules: [LineageEdge] {
        guard retelling == nil else { return [] }
        let graph = story.run.lineage.graph
        return graph.upstream(of: graph.columns.filter { $0.dataset == "fact_sales" }).reversed()
    }

    private var source: JSONValue {
        var object: JSONValue = [
            "uri": .string(story.form.files.joined(separator: " ")), "sha256": .optional(story.form.sha256),
            "bytes": story.form.bytes.map { .integer($0) } ?? .null,
            "line": story.latest.line.map { .integer($0) } ?? .null,
        ]
        switch raw {
        case .success(let line):
            if line.file != story.form.files.first { object["file"] = .string(line.file) }
            if line.line != story.latest.line { object["line_of_file"] = .integer(line.line) }
            object["checked"] = .string(line.checked)
            object["offset"] = .integer(line.offset)
            object["raw"] = .string(story.form.text(of: line.record))
            object["missing"] = .optional(failure)
        case .failure(let missing):
            object["offset"] = .null
            object["raw"] = .null
            object["missing"] = .string(missing.why)
        }
        return object
    }

    private var run: JSONValue {
        [
            "run": .string(story.run.run), "job": .string(story.run.job), "status": .string(story.run.status),
            "began": .string(Clock.iso8601(story.run.began)), "version": .integer(story.latest.sourceVersion),
            "written_by_version": .integer(story.latest.from),
        ]
    }

    /// The states before the latest, each with what the next changed.
    private var history: [JSONValue] {
        zip(story.states, story.states.dropFirst()).map { before, after in
            [
                "from_version": .integer(before.from), "to_version": before.to.map { .integer($0) } ?? .null,
                "was": before.changes(to: after),
            ]
        }
    }

    /// The same for people.
    var lines: [String] {
        let fact = story.latest.fact
        func text(_ name: String) -> String { fact[name]?.shown ?? "" }
        var lines = [
            "invoice \(text("invoice_no")), \(text("stock_code")), line \(text("line_no")), \(text("transaction_datetime"))",
            "  \(text("transaction_type")) of \(text("quantity")) x \(text("unit_price")) = \(text("line_total")), net "
                + "\(text("net_amount")); customer \(text("customer_id")), \(text("country"))",
        ]
        if let version = story.latest.to { lines.append("  removed by version \(version)") }
        lines += ["source  \(story.form.files.joined(separator: " "))"]
        if let hash = story.form.sha256 { lines.append("sha256  \(hash)") }
        lines += place + ["run     \(story.run.run), job \(story.run.job), \(Clock.iso8601(story.run.began))"]
        let rewritten =
            story.latest.from == story.latest.sourceVersion ? "" : ", written anew by version \(story.latest.from)"
        lines.append("version \(story.latest.sourceVersion)\(rewritten)")
        return lines + table + notes
    }

    private var place: [String] {
        let line = story.latest.line.map { grouped($0) } ?? "not known"
        switch raw {
        case .success(let found):
            let file = found.file == story.form.files.first ? "" : ", found in \(found.file)"
            return [
                "checked \(found.checked)",
                "line    \(line), byte \(grouped(found.offset))\(file)",
                "raw     \(story.form.text(of: found.record))",
            ]
        case .failure(let missing): return ["line    \(line)", "raw     not shown: \(missing.why)"]
        }
    }

    private var table: [String] {
        var table = TextTable(["stage", "column", "before", "after", "rule"])
        for step in steps { table.add([step.stage, step.column, step.before.shown, step.after.shown, step.rule]) }
        for edge in rules { table.add([edge.stage, edge.to.text, edge.from.text, "", edge.rule]) }
        return [""] + table.lines
    }

    private var notes: [String] {
        var notes = failure.map { ["not taken through the stages again: \($0)"] } ?? []
        for item in differences {
            notes.append(
                "differs: \(item["column"]?.string ?? "fact") is \(item["fact"]?.shown ?? ""), today it would be "
                    + "\(item["today"]?.shown ?? ""): \(item["because"]?.string ?? "")")
        }
        for item in story.repeats {
            notes.append(
                "line \(item.line.map { grouped($0) } ?? "?") was set aside by \(item.stage): \(item.detail ?? "")")
        }
        for item in history {
            notes.append(
                "before version \(item["to_version"]?.shown ?? "?"): "
                    + (item["was"]?.members ?? []).map { "\($0.name) \($0.value.shown)" }.joined(separator: ", "))
        }
        return notes.isEmpty ? [] : [""] + notes
    }
}

extension JSONValue {
    /// The value for people: texts without quotes, members as `name value`.
    fileprivate var shown: String {
        switch self {
        case .null: "-"
        case .string(let text): text
        case .object(let members): members.map { "\($0.name) \($0.value.shown)" }.joined(separator: ", ")
        default: text
        }
    }
}
