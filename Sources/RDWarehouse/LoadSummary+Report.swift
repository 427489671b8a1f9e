public import RDBytes
import RDQuality
import RDRecord

extension LoadSummary {
    /// One object, as `rd-load` writes it to standard output.
    public var json: JSONValue {
        var value: JSONValue = [
            "status": .string(status.rawValue), "run": .string(run), "job": .string(job), "version": .integer(version),
            "rows_in": .integer(ledger.first?.rowsIn ?? 0), "loaded": .integer(facts.inserted + facts.updated),
            "inserted": .integer(facts.inserted), "updated": .integer(facts.updated),
            "unchanged": .integer(facts.unchanged),
            "rejected": .array(
                rejected.map { ["stage": .string($0.stage), "code": .string($0.code), "count": .integer($0.count)] }),
            "money": [
                "source": .string(Decimal4.text(ledger.first?.moneyIn ?? 0)),
                "line_total": .string(Decimal4.text(lineTotal)),
                "net_amount": .string(Decimal4.text(ledger.last?.moneyOut ?? 0)),
                "warehouse_before": .string(moneyBefore), "warehouse_after": .string(moneyAfter),
            ],
            "closed_versions": .integer(closed),
            "members": .object(members.map { .init($0.name, .integer($0.count)) }),
            "partitions": .integer(months.count),
            "moved": ["facts": .integer(moved.facts), "net_amount": .string(moved.money)],
            "cache": ["lookups": .integer(lookups), "hit_rate": .number(String(hitRate))],
            "ms": .integer(milliseconds), "partial": .bool(isPartial), "bare": .bool(isBare),
            "stages": .array(ledger.map(\.json)), "warnings": .array(flaws.map { .string($0) }),
        ]
        guard status == .planned else { return value }
        value["partitions_to_create"] = .array(months.map { .string(MonthChange.text($0)) })
        value["quality"] = .array(quality)
        value["would_fail"] = .optional(gateFailure?.message)
        value["months"] = .array(changes.map(\.json))
        return value
    }

    /// The lines of the table that people read.
    public var table: [String] {
        switch status {
        case .alreadyLoaded: ["already loaded as version \(version): nothing was changed"]
        case .committed:
            ["version \(version) committed (run \(run), job \(job))", ""] + account + flaws.map { "warning: \($0)" }
        case .planned: ["version \(version) would be (nothing was changed)", ""] + account + planned
        }
    }

    /// The figures of all stages that are out of bounds, in a few words each.
    private var flaws: [String] {
        quality.filter { $0["status"]?.string ?? "pass" != "pass" }.map { line in
            let status = line["status"]?.string ?? "warn"
            let column = line["column"]?.string ?? "row"
            let segment = line["segment"]?.string.map { " in \($0)" } ?? ""
            let rule = line["rule"]?.string.map { " (rule \($0))" } ?? ""
            let value = line["value"]?.number ?? "?"
            let figure = line["unit"]?.string == "rows" ? "\(value) bad of \(line["n"]?.number ?? "?")" : value
            let asked = line[status]?.number.map { ", \(status) at \($0)" } ?? ""
            return "\(line["gate"]?.string ?? line["stage"]?.string ?? "?"): \(line["dimension"]?.string ?? "?") of "
                + "\(column)\(segment) is \(figure)\(asked)\(rule)"
        }
    }

    private var account: [String] {
        var lines: [String] = []
        lines.append(Self.row("stage", ["rows in", "rows out", "rejected", "seconds", "rows/s", "money out"]))
        for account in ledger {
            let rate = account.milliseconds > 0 ? account.rowsIn * 1000 / account.milliseconds : 0
            lines.append(
                Self.row(
                    account.stage,
                    [
                        Self.grouped(account.rowsIn), Self.grouped(account.rowsOut),
                        Self.grouped(account.rejectedTotal), Self.seconds(account.milliseconds), Self.grouped(rate),
                        Decimal4.text(account.moneyOut),
                    ]))
            for rule in account.rules {
                let rows = Self.grouped(rule.rows)
                lines.append("  \(rule.name): \(rows) rows worth \(Decimal4.text(rule.money)) taken out")
            }
        }
        lines.append("")
        for item in rejected { lines.append("rejected by \(item.stage): \(item.code) \(Self.grouped(item.count))") }
        lines.append(
            "facts: \(Self.grouped(facts.inserted)) new, \(Self.grouped(facts.updated)) changed, "
                + "\(Self.grouped(facts.unchanged)) as they were; line_total \(Decimal4.text(lineTotal))")
        let added = members.map { "\(Self.grouped($0.count)) \($0.name)" }.joined(separator: ", ")
        lines.append(
            "new members: \(added); new partitions: \(months.count); customer versions closed: \(Self.grouped(closed))")
        if moved.facts > 0 {
            lines.append(
                "\(Self.grouped(moved.facts)) facts worth \(moved.money) moved to another version of their customer")
        }
        lines.append("keys found in memory: \(Self.percent(hitRate)) of \(Self.grouped(lookups))")
        lines.append("net money in the warehouse: \(moneyBefore) before, \(moneyAfter) after")
        lines.append("\(Self.seconds(milliseconds)) seconds from the first line to the commit")
        return lines
    }

    /// What a plan says besides.
    private var planned: [String] {
        var lines = [""]
        if !months.isEmpty {
            lines.append("partitions to create: " + months.map(MonthChange.text).joined(separator: ", "))
        }
        lines.append("quality: \(quality.count) figures, \(flaws.count) of them out of bounds")
        lines += flaws.map { "  \($0)" }
        if let gateFailure { lines.append("the load would fail: \(gateFailure.message)") }
        lines.append(
            Self.row("month", ["inserted", "updated", "moved", "rows before", "rows after", "net before", "net after"]))
        for item in changes {
            lines.append(
                Self.row(
                    MonthChange.text(item.month),
                    [item.inserted, item.updated, item.moved, item.factsBefore, item.factsAfter].map(Self.grouped)
                        + [item.moneyBefore, item.moneyAfter]))
        }
        return lines
    }

    static func row(_ name: String, _ cells: [String]) -> String {
        pad(name, 12) + cells.map { String(repeating: " ", count: max(16 - $0.count, 1)) + $0 }.joined()
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(width - text.count, 1))
    }

    private static func percent(_ share: Double) -> String {
        let hundredths = Int((share * 10_000).rounded())
        return "\(hundredths / 100).\(String(hundredths % 100 + 100).dropFirst()) %"
    }

    private static func seconds(_ milliseconds: Int) -> String {
        let rest = String(milliseconds % 1000 + 1000).dropFirst()
        return "\(milliseconds / 1000).\(rest)"
    }

    static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text = "," + text }
            text = String(digit) + text
        }
        return value < 0 ? "-" + text : text
    }
}
