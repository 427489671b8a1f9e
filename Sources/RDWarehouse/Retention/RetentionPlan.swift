public import RDPostgres

/// Which months retention would archive and drop.
public struct RetentionPlan: Equatable, Sendable {
    /// A month that is too old: what the fact table and its archive hold of it.
    public struct Month: Equatable, Sendable {
        /// The month, as `2010-12`.
        public let month: String
        /// The partition; nil where only history is left of the month.
        public let partition: String?
        /// Facts.
        public let facts: Int
        /// Bytes on disk with indexes.
        public let bytes: Int
        /// The sum of the facts' `net_amount`, in ten thousandths.
        public let netAmount: Int128
        /// Rows that later versions overwrote or removed.
        public let history: Int
        /// The sum of their `net_amount`, in ten thousandths.
        public let historyNetAmount: Int128
    }

    /// How many months are to be kept.
    public let keep: Int
    /// The first day that is kept, as `2011-01-01`; nil where the warehouse has no facts.
    public let keptFrom: String?
    /// The newest month that has facts, as `2011-12`; nil where the warehouse has none.
    public let newest: String?
    /// The months before it, in order.
    public let months: [Month]

    /// True where no month is too old.
    public var isEmpty: Bool { months.isEmpty }
    /// Facts in all of the months.
    public var facts: Int { months.reduce(0) { $0 + $1.facts } }
    /// Rows of history in all of the months.
    public var history: Int { months.reduce(0) { $0 + $1.history } }
    /// Bytes on disk of all of the months.
    public var bytes: Int { months.reduce(0) { $0 + $1.bytes } }
    /// The sum of the facts' `net_amount`, in ten thousandths.
    public var netAmount: Int128 { months.reduce(0) { $0 + $1.netAmount } }

    /// Finds the months older than the newest `keep`, counted back from the newest that has facts.
    public init(keep: Int, in connection: Connection) throws {
        self.keep = keep
        let bounds = try connection.execute(
            """
            SELECT to_char(newest, 'YYYY-MM'), to_char(newest - ($1::integer - 1) * interval '1 month', 'YYYY-MM-DD')
            FROM (SELECT date_trunc('month', max(transaction_datetime)) AS newest FROM retail_dw.fact_sales) AS months
            """, [String(keep)])
        newest = bounds[0, 0]
        keptFrom = bounds[0, 1]
        let rows = try connection.execute(
            """
            SELECT to_char(month, 'YYYY-MM'), partition, facts, bytes, net_amount, history, history_net_amount
            FROM retail_dw.months_before($1::date) ORDER BY month
            """, [keptFrom])
        months = (0..<rows.rowCount).map { row in
            Month(
                month: rows[row, 0] ?? "", partition: rows[row, 1], facts: rows.count(row, 2),
                bytes: rows.count(row, 3), netAmount: rows.money(row, 4), history: rows.count(row, 5),
                historyNetAmount: rows.money(row, 6))
        }
    }

    /// True where both are about the same rows; how many bytes those take may change at any time.
    func isSame(as other: RetentionPlan) -> Bool {
        func rows(_ plan: RetentionPlan) -> [[String]] {
            plan.months.map { month in
                [
                    month.month, month.partition ?? "", "\(month.facts)", "\(month.netAmount)", "\(month.history)",
                    "\(month.historyNetAmount)",
                ]
            }
        }
        return keptFrom == other.keptFrom && rows(self) == rows(other)
    }

    /// The queries whose rows make the files of the archive: for each month its facts and, where there is any, its
    /// history.
    var queries: [ArchiveQuery] { months.flatMap(\.queries) }
}

extension RetentionPlan.Month {
    fileprivate var queries: [ArchiveQuery] {
        var queries: [ArchiveQuery] = []
        if partition != nil { queries.append(query(of: "fact_sales", rows: "fact_month_rows", order: "")) }
        if history > 0 {
            queries.append(
                query(of: "fact_sales_archive", rows: "fact_month_history", order: ", to_version_id, version_id"))
        }
        return queries
    }

    private func query(of table: String, rows function: String, order: String) -> ArchiveQuery {
        ArchiveQuery(
            "\(table)_\(month)", table: table, month: month,
            sql: "SELECT * FROM retail_dw.\(function)('\(month)-01') ORDER BY transaction_datetime, sales_key\(order)")
    }
}
