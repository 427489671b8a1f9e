import RDBytes
import RDPostgres
import RDQuality
import RDRecord

extension FactTarget {
    /// Where a fact's line has what the columns of the source have; -1 for what it lacks.
    private static let slots: InlineArray<8, Int> = [
        FactField.invoiceNo, FactField.stockCode, -1, FactField.quantity, FactField.transactionDatetime,
        FactField.unitPrice, FactField.customerID, FactField.country,
    ]

    /// Tells the gate of a fact that is loaded. That it has all its values, and that its total is exact, is why it was
    /// taken; that it has its dimension members, the foreign keys prove before the commit.
    @inline(__always) mutating func tellGate(_ line: RawSpan, _ row: FactLine) {
        if row.total == 0 { gate.note(.positive) }
        if gate.looks { show(line, row) }
        gate.take()
    }

    @inline(never) private mutating func show(_ line: RawSpan, _ row: FactLine) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            switch slot {
            case Field.quantity: gate.see(index, whole: row.quantity)
            case Field.unitPrice: gate.see(index, number: row.price)
            default: showText(line, index, slot)
            }
        }
    }

    /// Shows the gate the texts alone, of a fact that is set aside.
    @inline(never) mutating func showTexts(_ line: RawSpan) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            if slot != Field.quantity, slot != Field.unitPrice { showText(line, index, slot) }
        }
    }

    private mutating func showText(_ line: RawSpan, _ index: Int, _ slot: Int) {
        let value = Self.slots[slot] < 0 ? FieldValue(0..<0, .absent) : table[Self.slots[slot]]
        if value.isString {
            gate.see(index, line, value.range, isEscaped: value.kind == .escapedString)
        } else {
            gate.seeNothing(index)
        }
    }

    /// Gives up where the gate cannot pass any more.
    mutating func checkGate() throws {
        var lines = ByteBuffer()
        do {
            try gate.checkpoint(further: nil, into: &lines)
        } catch {
            try takeControls(lines.bytes.bytes)
            throw error
        }
    }

    /// Measures what only the tables tell, and takes the gate's figures. The facts must have been published.
    mutating func finishGate() throws {
        let rules = gate.rules(of: .intervals)
        if !rules.isEmpty {
            let found = try session.countIntervals()
            for rule in rules { gate.measure(rule, bad: found.bad, of: found.all) }
        }
        var lines = ByteBuffer()
        gate.finish(into: &lines)
        try takeControls(lines.bytes.bytes)
    }
}

extension LoadSession {
    /// Versions of the customers that the load touched, and those of them that do not begin where the one before ends,
    /// or are current though another follows, or are the last and not current.
    func countIntervals() throws -> (all: Int, bad: Int) {
        let rows = try connection.execute(
            """
            SELECT count(*), count(*) FILTER (WHERE ended <> effective_date OR is_current <> is_last)
            FROM (
                SELECT effective_date, is_current, lag(expiry_date) OVER times AS ended,
                       lead(effective_date) OVER times IS NULL AS is_last
                FROM retail_dw.dim_customers
                WHERE customer_id IN (SELECT customer_id FROM retail_dw.dim_customers WHERE version_id = $1::integer)
                WINDOW times AS (PARTITION BY customer_id ORDER BY effective_date)
            ) AS v
            """, [String(version)])
        return (Int(rows[0, 0] ?? "") ?? 0, Int(rows[0, 1] ?? "") ?? 0)
    }
}
