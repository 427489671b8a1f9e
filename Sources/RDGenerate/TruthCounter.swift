import RDBytes

/// Counts the truth while rows are made.
struct TruthCounter {
    var truth = Truth()
    private var products: [Bool]
    private var customers: [Bool]
    private var countries = [Bool](repeating: false, count: Shape.countries.count)
    private var month = 0
    private var place = 0

    init(_ catalogue: Catalogue) {
        products = Array(repeating: false, count: catalogue.products.count + Shape.specials.count)
        customers = Array(repeating: false, count: catalogue.customers.count)
    }

    /// Another invoice begins: its month and its members are those of the rows that follow.
    mutating func begin(_ invoice: Invoice) {
        month = invoice.moment.dateKey / 100
        if truth.months.last?.month == month {
            place = truth.months.count - 1
        } else if let known = truth.months.firstIndex(where: { $0.month == month }) {
            place = known
        } else {
            place = -1
        }
    }

    /// A row that cannot be taken.
    mutating func countReject() {
        truth.rows += 1
        truth.rejects += 1
    }

    /// A row whose stock code its invoice has already.
    mutating func countDuplicate(_ line: Line, isIdentical: Bool) {
        truth.rows += 1
        truth.moneyIn += Int128(line.amount)
        truth.duplicates += 1
        if isIdentical { truth.identical += 1 }
    }

    /// A row that becomes a fact.
    mutating func countFact(_ line: Line, of invoice: Invoice) {
        truth.rows += 1
        truth.facts += 1
        truth.moneyIn += Int128(line.amount)
        truth.netAmount += Int128(line.amount)
        truth.lineTotal += Int128(line.amount.magnitude)
        products[line.product] = true
        countries[invoice.country] = true
        if invoice.customer < 0 { truth.guests += 1 } else { customers[invoice.customer] = true }
        if place < 0 {
            place = truth.months.count
            truth.months.append((month, 0))
        }
        truth.months[place].facts += 1
    }

    /// All rows are made.
    mutating func finish() {
        truth.products = products.count { $0 }
        truth.customers = customers.count { $0 }
        truth.countries = countries.count { $0 }
        truth.months.sort { $0.month < $1.month }
    }
}
