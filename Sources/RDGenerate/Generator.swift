public import RDBytes

/// Makes a file with the shape and the faults of the UCI Online Retail one: invoices in order of time, a quarter of them
/// without a customer, cancellations, write-offs, special codes, rows that repeat a stock code of their invoice.
public struct Generator: ~Copyable {
    private struct Invoice {
        var number = 0
        var isCancelled = false
        var customer = -1
        var country = 0
        var moment = Timestamp(seconds: 0)
        var rowsLeft = 0
    }

    private let options: GeneratorOptions
    private let catalogue: Catalogue
    private var random: SplitMix64
    private var out = ByteBuffer(capacity: 1 << 20)
    private var invoice = Invoice()
    private var dateText = ByteBuffer(capacity: 64)
    private var used: [Int] = []
    private var seenProducts: [Bool]
    private var seenCustomers: [Bool]
    private var seenCountries = [Bool](repeating: false, count: Catalogue.countries.count)
    /// What the rows made so far hold.
    public private(set) var truth = Truth()
    private var nextNumber = 536_365
    private let span: Int

    /// A generator at the start of its file.
    public init(_ options: GeneratorOptions) {
        self.options = options
        random = SplitMix64(seed: options.seed)
        catalogue = Catalogue(rows: options.rows, random: &random)
        seenProducts = Array(repeating: false, count: catalogue.products.count + Catalogue.specials.count)
        seenCustomers = Array(repeating: false, count: catalogue.customers.count)
        span = options.months * 30
    }

    /// Writes the whole file to `sink`.
    public mutating func run(to sink: any ByteSink) throws {
        try start(sink)
        for row in 0..<options.rows {
            appendRow(row)
            if out.count > 1 << 19 { try flush(sink) }
        }
        try flush(sink)
        truth.products = seenProducts.count { $0 }
        truth.customers = seenCustomers.count { $0 }
        truth.countries = seenCountries.count { $0 }
    }

    private mutating func start(_ sink: any ByteSink) throws {
        let marks: [GeneratorOptions.Encoding: [UInt8]] = [
            .utf8BOM: [0xEF, 0xBB, 0xBF], .utf16LE: [0xFF, 0xFE], .utf16BE: [0xFE, 0xFF],
        ]
        if let mark = marks[options.encoding] { try mark.withUnsafeBytes { try sink.write($0) } }
        let names = [
            "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
        ]
        for (index, name) in names.enumerated() {
            if index > 0 { out.append(options.delimiter) }
            out.append(text: name)
        }
        endLine()
    }

    private mutating func endLine() {
        if options.hasCR { out.append(0x0D) }
        out.append(0x0A)
    }

    private mutating func flush(_ sink: any ByteSink) throws {
        guard options.encoding == .utf16LE || options.encoding == .utf16BE else { return try out.drain(to: sink) }
        let isBig = options.encoding == .utf16BE
        let units = String(decoding: out.bytes, as: UTF8.self).utf16.map { isBig ? $0.bigEndian : $0.littleEndian }
        try units.withUnsafeBytes { try sink.write($0) }
        out.removeAll()
    }
}

extension Generator {
    private mutating func beginInvoice(_ row: Int) {
        invoice.number = nextNumber
        nextNumber += 1
        invoice.isCancelled = random.happens(options.cancelRate)
        invoice.rowsLeft = invoice.isCancelled ? 1 + random.below(4) : 1 + random.below(24) + random.below(26)
        let isKnown = !random.happens(options.blankCustomerRate)
        invoice.customer = isKnown ? random.below(catalogue.customers.count) : -1
        invoice.country = 0
        if isKnown {
            let customer = catalogue.customers[invoice.customer]
            let hasMoved = customer.movesTo >= 0 && row * 2 > options.rows
            invoice.country = hasMoved ? customer.movesTo : customer.country
        }
        var minutes = row * span * 600 / max(options.rows, 1)
        if random.happens(options.unsortedRate) { minutes = max(minutes - 30 * 600, 0) }
        // Ten hours of business a day, from eight in the morning.
        let day = minutes / 600
        invoice.moment = Timestamp(
            seconds: options.start.seconds + Int64(day * 86_400 + 8 * 3600 + minutes % 600 * 60))
        writeDate()
        used.removeAll(keepingCapacity: true)
    }

    private mutating func writeDate() {
        dateText.removeAll()
        guard options.dates != .iso else { return invoice.moment.append(to: &dateText) }
        let (year, month, day) = invoice.moment.civil
        let second = invoice.moment.secondOfDay
        let parts = options.dates == .us ? (month, day) : (day, month)
        dateText.append(integer: Int64(parts.0))
        dateText.append(0x2F)
        dateText.append(integer: Int64(parts.1))
        dateText.append(0x2F)
        dateText.append(integer: Int64(year))
        dateText.append(0x20)
        dateText.append(integer: Int64(second / 3600))
        dateText.append(0x3A)
        dateText.append(second / 60 % 60, width: 2)
    }

    /// A product that the invoice does not have yet, or one that it has where it is to be a duplicate.
    private mutating func pick(isDuplicate: Bool) -> Int {
        if isDuplicate { return used[random.below(used.count)] }
        while true {
            let special = random.below(200) == 0
            // The smaller of two draws: some products sell much better than others.
            let product = min(random.below(catalogue.products.count), random.below(catalogue.products.count))
            let chosen = special ? catalogue.products.count + random.below(Catalogue.specials.count) : product
            if !used.contains(chosen) || used.count >= seenProducts.count - 1 { return chosen }
        }
    }

    private mutating func appendRow(_ row: Int) {
        if invoice.rowsLeft == 0 { beginInvoice(row) }
        invoice.rowsLeft -= 1
        truth.rows += 1
        let isBad = random.happens(options.badRowRate)
        var isDuplicate = !used.isEmpty && random.happens(options.duplicateRate)
        let product = pick(isDuplicate: isDuplicate)
        if !isDuplicate, used.contains(product) { isDuplicate = true }
        let isWriteOff = !invoice.isCancelled && invoice.customer < 0 && random.happens(20_000)
        var quantity = Int64(1 + random.below(12))
        if random.below(40) == 0 { quantity *= 24 }
        if invoice.isCancelled || isWriteOff { quantity = -quantity }
        let price = isWriteOff ? 0 : price(of: product)
        let isBlank = isWriteOff || random.happens(options.blankDescriptionRate)
        let flaw = isBad ? 1 + random.below(3) : 0
        append(product, quantity, price, isBlank: isBlank, flaw: flaw)
        if isBad {
            truth.rejects += 1
        } else {
            count(product, quantity * price, isDuplicate: isDuplicate)
            if !isDuplicate { used.append(product) }
        }
    }

    private mutating func price(of product: Int) -> Int64 {
        guard product < catalogue.products.count else { return Int64(100 + random.below(4000)) * 100 }
        // One price in ten is a special offer.
        let usual = catalogue.products[product].price
        return random.below(10) == 0 ? max(usual - 1000, 100) : usual
    }

    private mutating func count(_ product: Int, _ amount: Int64, isDuplicate: Bool) {
        truth.moneyIn += Int128(amount)
        guard !isDuplicate else {
            truth.duplicates += 1
            return
        }
        truth.facts += 1
        truth.netAmount += Int128(amount)
        truth.lineTotal += Int128(abs(amount))
        seenProducts[product] = true
        seenCountries[invoice.country] = true
        if invoice.customer < 0 { truth.guests += 1 } else { seenCustomers[invoice.customer] = true }
        let month = invoice.moment.dateKey / 100
        if truth.months.last?.month == month {
            truth.months[truth.months.count - 1].facts += 1
        } else if let place = truth.months.firstIndex(where: { $0.month == month }) {
            truth.months[place].facts += 1
        } else {
            truth.months.append((month, 1))
        }
    }

    private mutating func append(_ product: Int, _ quantity: Int64, _ price: Int64, isBlank: Bool, flaw: Int) {
        if invoice.isCancelled { out.append(UInt8(ascii: "C")) }
        out.append(integer: Int64(invoice.number))
        out.append(options.delimiter)
        let isProduct = product < catalogue.products.count
        let special = isProduct ? Catalogue.specials[0] : Catalogue.specials[product - catalogue.products.count]
        if isProduct {
            catalogue.products[product].code.withUnsafeBytes { out.append(contentsOf: $0) }
        } else {
            out.append(text: special.code)
        }
        out.append(options.delimiter)
        if !isBlank {
            if isProduct {
                appendDescription(catalogue.products[product])
            } else {
                out.append(text: special.description)
            }
        }
        out.append(options.delimiter)
        if flaw == 1 { out.append("six") } else { out.append(integer: quantity) }
        out.append(options.delimiter)
        if flaw == 2 { out.append("99/99/2010 8:26") } else { out.append(contentsOf: dateText.bytes) }
        out.append(options.delimiter)
        Decimal4.append(price, to: &out)
        out.append(options.delimiter)
        if invoice.customer >= 0 {
            out.append(integer: Int64(catalogue.customers[invoice.customer].id))
            if options.hasCustomerSuffix { out.append(".0") }
        }
        if flaw != 3 {
            out.append(options.delimiter)
            out.append(text: Catalogue.countries[invoice.country])
        }
        endLine()
    }

    private mutating func appendDescription(_ product: Catalogue.Product) {
        let breaks = random.happens(options.quotedNewlineRate)
        guard product.needsQuotes || breaks else { return appendEncoded(product.description, doubling: false) }
        out.append(0x22)
        if breaks { out.append("NEW\n") }
        appendEncoded(product.description, doubling: true)
        out.append(0x22)
    }

    /// Only the pound sign is not ASCII.
    private mutating func appendEncoded(_ text: [UInt8], doubling: Bool) {
        for byte in text {
            if byte == 0xC2, options.encoding == .latin1 { continue }
            if byte == 0x22, doubling { out.append(0x22) }
            out.append(byte)
        }
    }
}
