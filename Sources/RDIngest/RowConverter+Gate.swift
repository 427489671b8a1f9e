import RDBytes
import RDQuality
import RDRecord

extension RowConverter {
    /// Shows the gate the values of the columns that its rules look at, as `append` took them from the same cells.
    @inline(never)
    func show(_ window: RawSpan, _ cells: borrowing CellTable, to gate: inout GateWatch) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            switch slot {
            case Field.quantity: gate.see(index, whole: quantity)
            case Field.unitPrice: gate.see(index, number: price)
            default: showText(window, cells, index, slot, to: &gate)
            }
        }
    }

    /// Shows the gate the texts alone, of a row that is set aside.
    @inline(never)
    func showTexts(_ window: RawSpan, _ cells: borrowing CellTable, to gate: inout GateWatch) {
        for index in 0..<gate.watchCount {
            let slot = gate.watchedSlot(index)
            if slot != Field.quantity, slot != Field.unitPrice { showText(window, cells, index, slot, to: &gate) }
        }
    }

    private func showText(
        _ window: RawSpan, _ cells: borrowing CellTable, _ index: Int, _ slot: Int, to gate: inout GateWatch
    ) {
        var range = range(window, cells, slot)
        if slot == Field.customerID, let point = window.zeroFraction(range) { range = range.lowerBound..<point }
        if range.isEmpty { gate.seeNothing(index) } else { gate.see(index, window, range) }
    }
}
