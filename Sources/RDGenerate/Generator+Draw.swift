/// What chance decides, in the shares of the real file.
extension Generator {
    /// An invoice without its number and its time; customers who move do so where `isLate` begins.
    mutating func drawInvoice(isLate: Bool) -> Invoice {
        var drawn = Invoice()
        if random.happens(options.cancelRate) {
            drawn.kind = .cancellation
            drawn.rowsLeft = random.pick(Shape.cancellationSizes)
        } else if random.happens(options.blankCustomerRate) {
            drawGuest(&drawn)
            return drawn
        } else {
            drawn.rowsLeft = drawSize(Shape.invoiceSizes)
        }
        // Most invoices are those of frequent customers; the rest sees to it that the others come at all.
        let count = catalogue.customers.count
        drawn.customer = random.below(3) == 0 ? random.below(count) : random.skewed(below: count)
        let customer = catalogue.customers[drawn.customer]
        drawn.country = isLate && customer.movesTo >= 0 ? customer.movesTo : customer.country
        return drawn
    }

    /// Of a thousand invoices without a customer, about half are orders on the web, many rows each; the rest is stock
    /// that went missing or was found, and now and then a bad debt.
    private mutating func drawGuest(_ drawn: inout Invoice) {
        let share = random.below(1000)
        drawn.rowsLeft = 1
        if share < 1 {
            drawn.kind = .badDebt
        } else if share < 360 {
            drawn.kind = .writeOff
        } else if share < 520 {
            drawn.kind = .found
        } else {
            drawn.rowsLeft = drawSize(Shape.webInvoiceSizes)
            if random.below(50) == 0 { drawn.country = 1 + random.skewed(below: Shape.countries.count - 1) }
        }
    }

    /// A size between two neighbours of `sizes`, and never so many rows that a small catalogue runs out.
    private mutating func drawSize(_ sizes: [Int]) -> Int {
        let index = random.below(sizes.count - 1)
        let size = sizes[index] + random.below(sizes[index + 1] - sizes[index] + 1)
        return min(size, max(catalogue.products.count / 4, 1))
    }

    /// A row whose product the invoice does not have yet.
    mutating func drawLine() -> Line {
        switch invoice.kind {
        case .badDebt: return drawBadDebt()
        case .writeOff, .found: return drawStock()
        case .sale, .cancellation: break
        }
        // The special codes follow the products; they are cancelled far more often than sold.
        var product = drawProduct()
        if random.below(1000) < (invoice.kind == .cancellation ? 60 : 5) {
            let special = catalogue.products.count + Int(random.pick(catalogue.specials))
            if !holds(special) { product = special }
        }
        while holds(product) { product = drawProduct() }
        var line = Line(product: product, quantity: drawQuantity(of: product), price: drawPrice(of: product))
        if invoice.kind == .cancellation { line.quantity = -line.quantity }
        if random.happens(options.blankDescriptionRate) { line.description = .blank }
        line.isBroken = line.description == .usual && random.happens(options.quotedNewlineRate)
        return line
    }

    /// A row that repeats one of the invoice: half of them in every cell, the others with a quantity of their own.
    mutating func drawRepetition() -> Line {
        var line = random.pick(lines)
        if random.below(2) == 0 {
            let quantity = drawQuantity(of: line.product)
            line.quantity = line.quantity < 0 ? -quantity : quantity
        }
        return line
    }

    private mutating func drawProduct() -> Int { random.skewed(below: catalogue.products.count) }

    private mutating func drawStock() -> Line {
        let quantity = Int64(1 + random.skewed(below: random.below(50) == 0 ? 9600 : 200))
        var line = Line(product: drawProduct(), quantity: quantity, price: 0, description: .blank)
        if invoice.kind == .writeOff {
            line.quantity = -quantity
            if random.below(3) == 0 { line.description = .note(random.below(Shape.notes.count)) }
        }
        return line
    }

    private mutating func drawBadDebt() -> Line {
        let product = catalogue.products.count + Shape.specials.count - 1
        let price = drawPrice(of: product)
        return Line(product: product, quantity: 1, price: random.below(3) == 0 ? price : -price)
    }

    private mutating func drawQuantity(of product: Int) -> Int64 {
        guard product < catalogue.products.count else { return 1 }
        let isWeb = invoice.customer < 0
        let usual = isWeb ? random.pick(Shape.webQuantities) : random.pick(Shape.quantities)
        guard usual == 0 else { return usual }
        // Any number: mostly below a hundred, sometimes a pallet, once in a long while a mistake that is cancelled.
        let scale = random.below(20_000)
        let bound = scale < 2 ? 81_000 : scale < 600 ? 1500 : isWeb ? 30 : 100
        return Int64(1 + random.below(bound))
    }

    /// In pence.
    private mutating func drawPrice(of product: Int) -> Int64 {
        guard product < catalogue.products.count else {
            let special = Shape.specials[product - catalogue.products.count]
            return Int64(special.low + random.below(special.high - special.low + 1))
        }
        let usual = catalogue.products[product].price
        // On the web with the tax and nearly twice as dear; else one price in ten is a special offer.
        if invoice.customer < 0 { return Int64(random.below(10) < 6 ? usual * 197 / 100 : usual) }
        return Int64(random.below(10) == 0 ? max(usual * 85 / 100, 1) : usual)
    }
}
