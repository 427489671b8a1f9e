public import RDBytes
public import RDRecord

/// What a load did, for people and for programs.
public struct LoadSummary: Sendable {
    /// What came of it.
    public enum Status: String, Sendable {
        case committed
        /// The source was loaded before, and nothing was done.
        case alreadyLoaded = "already_loaded"
    }

    /// What came of it.
    public var status = Status.committed
    /// The run.
    public var run = ""
    /// The job.
    public var job = ""
    /// The version that the source is loaded as.
    public var version = 0
    /// Facts new, changed and as they were.
    public var facts = FactCounts()
    /// Every stage's account, from the first to the load itself.
    public var ledger: [StageLedger] = []
    /// Rows set aside, by stage and code.
    public var rejected: [(stage: String, code: String, count: Int)] = []
    /// New members by dimension.
    public var members: [(name: String, count: Int)] = []
    /// Months that were new and got a partition, as yyyymm.
    public var months: [Int] = []
    /// Facts of before that now belong to another version of their customer, and their net money.
    public var moved: (facts: Int, money: String) = (0, "0.0000")
    /// Keys looked up in memory, and how many of them were not there yet.
    public var lookups = 0
    /// Keys that were not there yet.
    public var misses = 0
    /// Net money in the warehouse before and after, as exact decimals.
    public var moneyBefore = "0.0000"
    /// The same after the load.
    public var moneyAfter = "0.0000"
    /// Sum of line_total over the facts that came.
    public var lineTotal: Int128 = 0
    /// From the first line of the stream to the commit.
    public var milliseconds = 0
    /// True where the stream had no end.
    public var isPartial = false
    /// True where the stream was one of other tools.
    public var isBare = false

    /// The share of lookups that found their key, in hundredths of a percent.
    public var hitRate: Double { lookups == 0 ? 0 : Double((lookups - misses) * 10_000 / lookups) / 10_000 }
}

extension LoadSummary {
    /// One object, as `rd-load` writes it to standard output.
    public var json: JSONValue {
        [
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
            "members": .object(members.map { .init($0.name, .integer($0.count)) }),
            "partitions": .integer(months.count),
            "moved": ["facts": .integer(moved.facts), "net_amount": .string(moved.money)],
            "cache": ["lookups": .integer(lookups), "hit_rate": .number(String(hitRate))],
            "ms": .integer(milliseconds), "partial": .bool(isPartial), "bare": .bool(isBare),
            "stages": .array(ledger.map(\.json)),
        ]
    }

    /// The lines of the table that people read.
    public var table: [String] {
        guard status == .committed else { return ["already loaded as version \(version): nothing was changed"] }
        var lines = ["version \(version) committed (run \(run), job \(job))", ""]
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
        lines.append("new members: \(added); new partitions: \(months.count)")
        if moved.facts > 0 {
            lines.append(
                "\(Self.grouped(moved.facts)) facts worth \(moved.money) moved to another version of their customer")
        }
        lines.append("keys found in memory: \(Self.percent(hitRate)) of \(Self.grouped(lookups))")
        lines.append("net money in the warehouse: \(moneyBefore) before, \(moneyAfter) after")
        lines.append("\(Self.seconds(milliseconds)) seconds from the first line to the commit")
        return lines
    }

    private static func row(_ name: String, _ cells: [String]) -> String {
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

    private static func grouped(_ value: Int) -> String {
        var text = ""
        for (index, digit) in String(value.magnitude).reversed().enumerated() {
            if index > 0, index % 3 == 0 { text = "," + text }
            text = String(digit) + text
        }
        return value < 0 ? "-" + text : text
    }
}
