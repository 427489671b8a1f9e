import RDBytes
public import RDPostgres

/// A monthly partition of the fact table and what it holds.
public struct FactMonthStatus: Equatable, Sendable {
    /// The month, as `2010-12`.
    public let month: String
    /// The table.
    public let partition: String
    /// Rows, counted.
    public let facts: Int
    /// Bytes on disk with indexes.
    public let bytes: Int
    /// The sum of `net_amount`, in ten thousandths.
    public let netAmount: Int128
    /// The earliest and the latest moment, in ISO 8601; nil where it is empty.
    public let first: String?
    /// The latest moment.
    public let last: String?

    /// The partitions, by month, in one snapshot. Rows are counted, which takes a second for some ten million.
    public static func all(in connection: Connection) throws -> [FactMonthStatus] {
        let rows = try connection.execute(
            """
            SELECT to_char(month, 'YYYY-MM'), partition, facts, bytes, net_amount,
                   to_char(first_moment, 'YYYY-MM-DD"T"HH24:MI:SS'), to_char(last_moment, 'YYYY-MM-DD"T"HH24:MI:SS')
            FROM retail_dw.fact_months ORDER BY month
            """)
        return (0..<rows.rowCount).map { row in
            FactMonthStatus(
                month: rows[row, 0] ?? "", partition: rows[row, 1] ?? "", facts: rows.count(row, 2),
                bytes: rows.count(row, 3), netAmount: rows.money(row, 4), first: rows[row, 5], last: rows[row, 6])
        }
    }
}

extension QueryResult {
    /// A value that is a whole number.
    func count(_ row: Int, _ column: Int) -> Int { self[row, column].flatMap { Int($0) } ?? 0 }

    /// A value that is money, in ten thousandths.
    func money(_ row: Int, _ column: Int) -> Int128 { self[row, column].flatMap { Decimal4.sum($0) } ?? 0 }
}
