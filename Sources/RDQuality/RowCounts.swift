/// What became of the rows of a gate.
struct RowCounts {
    /// Rows that went on, by which of the eight cells were empty.
    var taken = InlineArray<256, Int>(repeating: 0)
    /// Rows set aside for an empty value, by column.
    var missing = InlineArray<8, Int>(repeating: 0)
    /// Rows set aside for a wrong value, by column.
    var invalid = InlineArray<8, Int>(repeating: 0)
    /// Rows that went on though a value is wrong, by column.
    var wrong = InlineArray<8, Int>(repeating: 0)
    /// Rows that went on and are of a shape that has no such column.
    var absent = InlineArray<8, Int>(repeating: 0)
    /// Rows that went on and are against a check, by check.
    var against = InlineArray<6, Int>(repeating: 0)
    /// Rows that went on and are of a shape that does not tell, by check.
    var untold = InlineArray<6, Int>(repeating: 0)
    /// Rows set aside because their money does not fit or does not agree.
    var inexact = 0
    /// Rows set aside because they have not the form of a row.
    var malformed = 0
    /// All rows set aside.
    var rejected = 0
    /// Rows set aside because they repeat another's key.
    var dropped = 0

    mutating func reject(_ fault: RowFault) {
        rejected += 1
        switch fault {
        case .dropped: dropped += 1
        case .missing(let slot): missing[slot] += 1
        case .inexact: inexact += 1
        case .invalid(let slot): invalid[slot] += 1
        case .malformed: malformed += 1
        }
    }

    /// Rows that went on.
    var rows: Int { taken.indices.reduce(0) { $0 + taken[$1] } }
}
