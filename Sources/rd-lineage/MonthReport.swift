import RDBytes
import RDFilter
import RDLineage
import RDProcess

/// What `why --month` writes.
struct MonthReport {
    private let story: MonthStory

    init(_ story: MonthStory) { self.story = story }

    /// The month, what each source brought, what was set aside, what rules took, what later versions overwrote.
    var objects: [JSONValue] {
        let head: JSONValue = [
            "type": "month", "month": .string(story.month), "facts": .integer(story.total.facts),
            "line_total": .number(story.total.lineTotal), "net_amount": .number(story.total.netAmount),
        ]
        return [head] + story.parts.map(part) + story.rejected + story.rules + story.overwritten
    }

    private func part(_ part: MonthStory.Part) -> JSONValue {
        [
            "type": "source", "version": part.run.version.map { .integer($0) } ?? .null, "run": .string(part.run.run),
            "job": .string(part.run.job), "began": .string(Clock.iso8601(part.run.began)),
            "source": .optional(part.run.lineage.source["uri"]?.string), "sha256": .optional(part.run.sha256),
            "facts": .integer(part.facts), "net_amount": .number(part.netAmount), "rewritten": .integer(part.rewritten),
        ]
    }

    /// The same for people.
    var lines: [String] {
        var lines = [
            "\(story.month): \(grouped(story.total.facts)) facts, line_total \(story.total.lineTotal), net "
                + story.total.netAmount, "",
        ]
        var sources = TextTable(
            ["version", "facts", "net money", "rewritten", "source", "sha256"], right: [0, 1, 2, 3])
        for part in story.parts {
            sources.add([
                part.run.version.map { String($0) } ?? "?", grouped(part.facts), part.netAmount,
                grouped(part.rewritten), part.run.lineage.source["uri"]?.string ?? "?", part.run.sha256 ?? "?",
            ])
        }
        lines += sources.lines
        for item in story.rejected {
            let money = item["net_amount"]?.number.map { " worth \($0)" } ?? ""
            let when = item["month"]?.string == nil ? " (month not told: whole source)" : ""
            lines.append(
                "set aside by \(item["stage"]?.string ?? "?"): \(item["code"]?.string ?? "?") \(count(item, "rows"))\(money)\(when)"
            )
        }
        for item in story.rules {
            lines.append(
                "\(item["stage"]?.string ?? "?") \(item["rule"]?.string ?? "?") took \(count(item, "rows")) rows worth "
                    + "\(item["net_amount"]?.number ?? "?") out of the whole source of version \(count(item, "version"))"
            )
        }
        for item in story.overwritten {
            lines.append(
                "version \(count(item, "by_version")) (\(item["kind"]?.string ?? "?")) took out or overwrote "
                    + "\(count(item, "facts")) facts worth \(item["net_amount"]?.number ?? "?")")
        }
        return lines
    }

    private func count(_ item: JSONValue, _ name: String) -> String {
        item[name]?.integer.map { grouped($0) } ?? "?"
    }
}
