public import RDBytes
public import RDPostgres
import RDRecord

/// What a month's total is made of.
public struct MonthStory: Sendable {
    /// Facts of the month that one source brought.
    public struct Part: Sendable {
        /// The run that read the source.
        public let run: StoredRun
        /// Facts of the month.
        public let facts: Int
        /// Their net money.
        public let netAmount: String
        /// How many of them a later version wrote anew.
        public let rewritten: Int
    }

    /// The month, as `2010-12`.
    public let month: String
    /// Facts, and the sums of line_total and net_amount, as exact decimals.
    public let total: (facts: Int, lineTotal: String, netAmount: String)
    /// What each source brought, the most money first.
    public let parts: [Part]
    /// Rows of the month that those runs set aside: run, stage, code, rows, and money where the rows tell it.
    public let rejected: [JSONValue]
    /// Facts of the month that later versions overwrote or removed, by version.
    public let overwritten: [JSONValue]

    /// What the rules of the runs took out of their whole sources, by the ledgers.
    public var rules: [JSONValue] {
        parts.flatMap { part in
            part.run.ledger.flatMap { account in
                account.rules.map { rule in
                    [
                        "type": "rule", "version": part.run.version.map { .integer($0) } ?? .null,
                        "stage": .string(account.stage), "rule": .string(rule.name), "rows": .integer(rule.rows),
                        "net_amount": .number(Decimal4.text(rule.money)),
                    ]
                }
            }
        }
    }
}

extension MonthStory {
    /// Reads the story of `month`, `YYYY-MM`. Anything else is exit 64, a month without facts exit 66.
    public init(_ connection: Connection, month: String) throws {
        let day = try Self.firstDay(month)
        let store = RunStore(connection)
        let rows = try connection.execute(Self.factsSQL, [day])
        guard rows.rowCount > 0 else { throw RDError(.noInput, "there are no facts in \(month)") }
        var facts = 0
        var sums: (line: Int128, net: Int128) = (0, 0)
        var parts: [Part] = []
        for row in 0..<rows.rowCount {
            let count = Int(rows[row, 1] ?? "") ?? 0
            facts += count
            sums.line += rows[row, 2].flatMap(Decimal4.sum) ?? 0
            sums.net += rows[row, 3].flatMap(Decimal4.sum) ?? 0
            parts.append(
                Part(
                    run: try store.run("v\(rows[row, 0] ?? "")"), facts: count, netAmount: rows[row, 3] ?? "0",
                    rewritten: Int(rows[row, 4] ?? "") ?? 0))
        }
        self.month = month
        total = (facts, Decimal4.text(sums.line), Decimal4.text(sums.net))
        self.parts = parts
        rejected = try Self.rejects(connection, parts.map(\.run.run), month)
        overwritten = try Self.archived(connection, day)
    }

    private static func firstDay(_ month: String) throws -> String {
        let parts = month.split(separator: "-", omittingEmptySubsequences: false)
        guard month.utf8.allSatisfy({ (0x30...0x39).contains($0) || $0 == 0x2D }), parts.count == 2,
            parts[0].count == 4, parts[1].count == 2, let year = Int(parts[0]), year > 0,
            let number = Int(parts[1]), (1...12).contains(number)
        else { throw RDError(.usage, "'\(month)' is not a month", remedy: "write it as 2010-12") }
        return month + "-01"
    }

    private static let factsSQL = """
        SELECT s.version_number, f.facts, f.line_total, f.net_amount, f.rewritten
        FROM (
            SELECT source_version_id, count(*) AS facts, sum(line_total)::numeric(24, 4) AS line_total,
                   sum(net_amount)::numeric(24, 4) AS net_amount,
                   count(*) FILTER (WHERE version_id <> source_version_id) AS rewritten
            FROM retail_dw.fact_sales
            WHERE transaction_datetime >= $1::date AND transaction_datetime < $1::date + interval '1 month'
            GROUP BY source_version_id
        ) AS f
        JOIN retail_dw.data_versions AS s ON s.version_id = f.source_version_id
        ORDER BY f.net_amount DESC, s.version_number
        """

    /// Rows that rd-clean and later stages set aside carry the record, whose month and money can be read; those of
    /// rd-ingest carry the line as it stood, and are counted for the whole source. Patterns look at a number alone: over
    /// whole records they take most of the time of the answer.
    private static let rejectsSQL = """
        WITH rows AS MATERIALIZED (
            SELECT run, stage, code, raw, strpos(raw, '"invoice_date":"') AS place
            FROM retail_dw.etl_rejects WHERE run = ANY ($1::uuid[]) AND status <> 'not_loaded'
        ), told AS (
            SELECT run, stage, code, CASE WHEN place > 0 THEN $2 END AS month,
                   rtrim(split_part(split_part(raw, '"quantity":', 2), ',', 1), '}') AS quantity,
                   rtrim(split_part(split_part(raw, '"unit_price":', 2), ',', 1), '}') AS unit_price
            FROM rows WHERE coalesce(place, 0) = 0 OR substr(raw, place + 16, 7) = $2
        )
        SELECT run, stage, code, month, count(*),
               sum(CASE WHEN stage = 'clean' AND quantity ~ '^-?[0-9]+$' AND unit_price ~ '^-?[0-9]+(\\.[0-9]+)?$'
                   THEN quantity::numeric * unit_price::numeric END)::numeric(24, 4)
        FROM told GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        """

    private static func rejects(_ connection: Connection, _ runs: [String], _ month: String) throws -> [JSONValue] {
        let rows = try connection.execute(rejectsSQL, ["{\(runs.joined(separator: ","))}", month])
        return (0..<rows.rowCount).map { row in
            [
                "type": "rejected", "run": .optional(rows[row, 0]), "stage": .optional(rows[row, 1]),
                "code": .optional(rows[row, 2]), "month": .optional(rows[row, 3]),
                "rows": .number(rows[row, 4] ?? "0"), "net_amount": rows[row, 5].map { .number($0) } ?? .null,
            ]
        }
    }

    private static func archived(_ connection: Connection, _ day: String) throws -> [JSONValue] {
        let rows = try connection.execute(
            """
            SELECT v.version_number, v.kind, count(*), sum(a.net_amount)::numeric(24, 4)
            FROM retail_dw.fact_sales_archive AS a LEFT JOIN retail_dw.data_versions AS v ON v.version_id = a.to_version_id
            WHERE a.transaction_datetime >= $1::date AND a.transaction_datetime < $1::date + interval '1 month'
            GROUP BY 1, 2 ORDER BY 1
            """, [day])
        return (0..<rows.rowCount).map { row in
            [
                "type": "overwritten", "by_version": rows[row, 0].map { .number($0) } ?? .null,
                "kind": .optional(rows[row, 1]), "facts": .number(rows[row, 2] ?? "0"),
                "net_amount": .number(rows[row, 3] ?? "0"),
            ]
        }
    }
}
