public import RDBytes

/// What a generated file holds, so that a load of it can be checked: what `rd-ingest | rd-clean | rd-transform` must
/// make of it with the rules that the suite brings.
public struct Truth: Sendable {
    /// Rows under the header.
    public var rows = 0
    /// Rows that `rd-ingest` must reject.
    public var rejects = 0
    /// Rows whose invoice and stock code an earlier row has.
    public var duplicates = 0
    /// Those of the duplicates that are the same as an earlier row in every cell.
    public var identical = 0
    /// Rows that become facts.
    public var facts = 0
    /// Sum of quantity x price, signed, of the rows that are not rejected.
    public var moneyIn: Int128 = 0
    /// Signed money of the facts.
    public var netAmount: Int128 = 0
    /// Money of the facts without its sign.
    public var lineTotal: Int128 = 0
    /// Distinct products among the facts.
    public var products = 0
    /// Distinct customers, without `GUEST`.
    public var customers = 0
    /// Distinct countries.
    public var countries = 0
    /// Facts without a customer.
    public var guests = 0
    /// Facts by month, as yyyymm, in order.
    public var months: [(month: Int, facts: Int)] = []

    /// The truth as one JSON object.
    public var json: JSONValue {
        [
            "rows": .integer(rows), "rejects": .integer(rejects), "duplicates": .integer(duplicates),
            "identical": .integer(identical), "facts": .integer(facts),
            "money_in": .string(Decimal4.text(moneyIn)), "net_amount": .string(Decimal4.text(netAmount)),
            "line_total": .string(Decimal4.text(lineTotal)), "products": .integer(products),
            "customers": .integer(customers), "countries": .integer(countries), "guests": .integer(guests),
            "months": .object(months.map { .init(String($0.month), .integer($0.facts)) }),
        ]
    }
}
