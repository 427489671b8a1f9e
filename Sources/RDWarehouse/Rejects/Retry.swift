public import RDBytes
import RDPostgres
import RDRecord

/// Which rejects a stream brings anew: member `retry` of the `open` line's source.
public struct Retry: Sendable, Equatable {
    /// The run that set them aside.
    public let run: String
    /// The stage that did.
    public let stage: String
    /// Their number.
    public let count: Int
    /// Their identities, as an int8multirange of PostgreSQL.
    let ranges: String

    /// The rejects with these identities.
    public init(run: String, stage: String, rejects: [Int]) {
        self.run = run
        self.stage = stage
        count = rejects.count
        var ranges: [(Int, Int)] = []
        for reject in rejects.sorted() {
            if let last = ranges.last, last.1 + 1 == reject {
                ranges[ranges.count - 1].1 = reject
            } else {
                ranges.append((reject, reject))
            }
        }
        self.ranges = "{" + ranges.map { "[\($0.0),\($0.1)]" }.joined(separator: ",") + "}"
    }

    /// What the `open` line of a stream says; nil where it brings no rejects.
    init?(_ open: StreamOpen?) {
        guard let json = open?.source["retry"], let run = json["run"]?.string, let stage = json["stage"]?.string,
            let count = json["rejects"]?.integer, let ranges = json["ids"]?.string
        else { return nil }
        self.run = run
        self.stage = stage
        self.count = count
        self.ranges = ranges
    }

    /// The member of the source.
    public var json: JSONValue {
        ["run": .string(run), "stage": .string(stage), "rejects": .integer(count), "ids": .string(ranges)]
    }
}

extension LoadSession {
    /// Marks the rejects as retried by `run`, whose own rejects must be written. Rejects that are not open any more are
    /// exit 75.
    func resolve(_ retry: Retry, by run: String) throws {
        let taken = try connection.value(
            "SELECT retail_dw.resolve_rejects($1::uuid, $2::uuid, $3, $4::int8multirange)",
            [run, retry.run, retry.stage, retry.ranges])
        guard taken == String(retry.count) else {
            throw RDError(
                .temporary, "only \(taken ?? "0") of the \(retry.count) rejects are still open",
                remedy: "nothing was loaded; look again: rd-quality rejects list")
        }
    }

    /// Where the warehouse has a fact of this natural key from: the version's number and the line of its source.
    func twin(invoice: String, stockCode: String, lineNo: Int32, at moment: String) throws -> String? {
        let rows = try connection.execute(
            """
            SELECT v.version_number, f.source_line
            FROM retail_dw.fact_sales AS f JOIN retail_dw.dim_products AS p USING (product_key)
            LEFT JOIN retail_dw.data_versions AS v ON v.version_id = f.source_version_id
            WHERE f.invoice_no = $1 AND p.stock_code = $2 AND f.line_no = $3::integer
              AND f.transaction_datetime = $4::timestamp
            """, [invoice, stockCode, String(lineNo), moment])
        guard rows.rowCount > 0 else { return nil }
        return "version \(rows[0, 0] ?? "?") has this sale, from line \(rows[0, 1] ?? "?") of its source"
    }
}

extension FactTarget {
    /// Why a fact that is brought anew must not be loaded: it would overwrite another line of its product and invoice,
    /// which the stages, that see only what is retried, cannot know of.
    mutating func twinFlaw(_ line: RawSpan, _ row: FactLine) throws -> RowFlaw? {
        try settle()
        let found = try session.twin(
            invoice: plainText(line, row.invoice), stockCode: plainText(line, row.product), lineNo: row.lineNo,
            at: moment)
        return found.map { RowFlaw(code: .duplicate, field: nil, detail: $0) }
    }
}
