import RDBytes
import RDQuality
import RDRecord

extension TransformStage {
    /// Tells the gate of a row that became a fact.
    @inline(__always) mutating func tellGate(_ line: RawSpan, _ row: SalesRow) {
        if row.total == 0 { gate.note(.positive) }
        if gate.looks { show(line, row) }
        gate.take(gaps: row.description == nil ? 1 << UInt8(Field.description) : 0)
    }

    /// Shows the gate the values of the columns that its rules look at.
    @inline(never) private mutating func show(_ line: RawSpan, _ row: SalesRow) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            switch slot {
            case Field.quantity: gate.see(index, whole: row.quantity)
            case Field.unitPrice: gate.see(index, number: row.price)
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
        } else {
            gate.seeNothing(index)
        }
    }

    /// What the gate warns of.
    public var warnings: [String] { gate.warnings }

    /// Throws where the gate does not let the data pass.
    public func judge() throws { try gate.judge() }
}
