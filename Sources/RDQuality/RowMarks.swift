import RDRecord

/// What is known of the present row beside its empty cells, for rules that part the rows.
struct RowMarks {
    /// Cells with a value that the schema does not take, a bit each.
    var wrong: UInt8 = 0
    /// Cells that a row of its shape has not.
    var absent: UInt8 = 0
    /// Checks that it is against.
    var against: UInt8 = 0
    /// Checks of which a row of its shape does not tell.
    var untold: UInt8 = 0
    /// Rules whose key an earlier row has.
    var repeats: UInt64 = 0
}

/// Why a row is set aside, as the dimensions see it.
enum RowFault {
    /// It repeats another's key.
    case dropped
    /// It lacks a value, by column.
    case missing(Int)
    /// It has a wrong value, by column.
    case invalid(Int)
    /// Its money does not fit or does not agree.
    case inexact
    /// It has not the form of a row.
    case malformed

    init(_ code: RejectCode, _ field: String?) {
        switch (code, field.flatMap(Self.slot)) {
        case (.duplicate, _): self = .dropped
        case (.missingValue, let slot?): self = .missing(slot)
        case (.amountOutOfRange, _), (.amountMismatch, _): self = .inexact
        case (_, let slot?): self = .invalid(slot)
        case (_, nil): self = .malformed
        }
    }

    private static func slot(_ field: String) -> Int? {
        field == "transaction_datetime" ? Field.invoiceDate : Field.source.firstIndex(of: field)
    }
}
