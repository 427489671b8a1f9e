import RDBytes

/// What stands above the rows of one invoice.
struct Invoice {
    /// What decides about its rows.
    enum Kind {
        case sale, cancellation
        /// Stock that is written off or found again: one row, no price, no customer.
        case writeOff, found
        case badDebt
    }

    var kind = Kind.sale
    var number = 0
    /// -1 where there is none.
    var customer = -1
    var country = 0
    var moment = Timestamp(seconds: 0)
    var rowsLeft = 0
}

/// One row of an invoice.
struct Line: Equatable {
    /// What the description's cell holds.
    enum Description: Equatable {
        case usual, blank
        case note(Int)
    }

    /// Where in the catalogue, the special codes after the products.
    var product: Int
    var quantity: Int64
    /// In pence.
    var price: Int64
    var description = Description.usual
    /// A line end inside the description.
    var isBroken = false

    /// Quantity x price in ten-thousandths.
    var amount: Int64 { quantity * price * 100 }
}

/// Why a row cannot be taken.
enum Flaw: Int {
    case none, quantity, date, missingCell
}
