/// The natural key of a fact.
struct SaleKey: Hashable {
    var invoice: String
    var stockCode: String
    var lineNo: Int
    var moment: String

    /// The same for all lines of a product on an invoice at one moment.
    var withoutLine: SaleKey {
        var key = self
        key.lineNo = 0
        return key
    }

    var text: String { "\(invoice)|\(stockCode)|\(lineNo)|\(moment)" }
}

/// What a fact says, and what a load compares.
struct SaleContent: Hashable {
    var customer: String
    var country: String
    var quantity: Int
    /// In ten-thousandths.
    var price: Int
    var type: String
    /// -1 where the money went back.
    var sign: Int

    var total: Int { quantity * price }
    var net: Int { sign * total }
}

/// A fact as a stream has it, with the line of the source that it is from.
struct SaleLine: Equatable {
    var key: SaleKey
    var content: SaleContent
    var line: Int
}

/// A fact as the warehouse has it: with the version that it was read by.
struct Fact: Equatable {
    var content: SaleContent
    var source: Int
    var line: Int
}

/// A stream's line about a customer.
struct CustomerMember: Equatable {
    var id: String
    var name: String?
    var country: String
    var since: String
}

/// A stream's line about a product.
struct ProductMember: Equatable {
    var stockCode: String
    var description: String?
    /// In ten-thousandths; 0 where the stream knows none.
    var price: Int
    var lastSoldAt: String
    var describedAt: String?
    var pricedAt: String?
    var isNote: Bool
}

/// What one source holds, in the order of its stream.
struct SalesBatch: Equatable {
    enum Line: Equatable {
        case sale(SaleLine)
        case customer(CustomerMember)
        case product(ProductMember)
    }

    /// Which source it is: the same number, the same hash.
    var source: Int
    var lines: [Line]

    var sales: [SaleLine] { lines.compactMap { if case .sale(let sale) = $0 { sale } else { nil } } }
    var customers: [CustomerMember] { lines.compactMap { if case .customer(let member) = $0 { member } else { nil } } }
    var products: [ProductMember] { lines.compactMap { if case .product(let member) = $0 { member } else { nil } } }

    /// Numbers the lines of each product on each invoice and moment from 1, and the lines of the source, in the order
    /// they stand in: as the filters do that read the source.
    mutating func number() {
        var counts: [SaleKey: Int] = [:]
        for (index, line) in lines.enumerated() {
            guard case .sale(var sale) = line else { continue }
            counts[sale.key.withoutLine, default: 0] += 1
            sale.key.lineNo = counts[sale.key.withoutLine] ?? 1
            sale.line = index + 2
            lines[index] = .sale(sale)
        }
    }
}
