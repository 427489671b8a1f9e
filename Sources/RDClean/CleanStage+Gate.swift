public import RDBytes
import RDQuality
import RDRecord

extension CleanOptions {
    /// The columns by which rows are dropped; nil where none are.
    var dedupeColumns: [Int]? {
        switch dedupe {
        case .key: key
        case .exact: Array(0..<8)
        case .off: nil
        }
    }

    /// Throws where the cleaning gate has a rule about a key that this stage does not count: exit 78.
    public func checkGate() throws(RDError) {
        var watch = gates.watch(.cleaning)
        try watch.deduplicates(by: dedupeColumns)
    }
}

extension CleanStage {
    /// Tells the gate of a row that goes on. What was missing is there by now.
    @inline(__always) mutating func tellGate(_ line: RawSpan, _ row: Row, _ lineNo: UInt32) {
        if row.quantity == 0 || row.price == 0 { gate.note(.positive) }
        if lineNo > 1 { for rule in gate.pairRules { gate.noteRepeat(rule) } }
        if gate.looks { show(line, row) }
        gate.take()
    }

    /// Shows the gate the values of the columns that its rules look at.
    @inline(never) private mutating func show(_ line: RawSpan, _ row: Row) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            switch slot {
            case Field.quantity: gate.see(index, whole: abs(row.quantity))
            case Field.unitPrice: gate.see(index, number: abs(row.price))
            default: showText(line, index, slot)
            }
        }
    }

    /// Shows the gate the texts alone, of a row that is set aside.
    @inline(never) mutating func showTexts(_ line: RawSpan) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            if slot != Field.quantity, slot != Field.unitPrice { showText(line, index, slot) }
        }
    }

    private mutating func showText(_ line: RawSpan, _ index: Int, _ slot: Int) {
        if let range = (try? table.text(line, slot)) ?? nil {
            gate.see(index, line, range, isEscaped: table[slot].kind == .escapedString)
        } else if let value = placeholders.values[slot] {
            value.withUnsafeBytes { gate.see(index, $0.bytes, 0..<$0.count, isEscaped: true) }
        } else {
            gate.seeNothing(index)
        }
    }

    /// What the gate warns of.
    public var warnings: [String] { gate.warnings }

    /// Throws where the gate does not let the data pass.
    public func judge() throws { try gate.judge() }
}
