public import RDBytes

/// Makes a file with the shape and the faults of the UCI Online Retail one: invoices in order of time, a quarter of the
/// rows without a customer, cancellations, write-offs with scribbled descriptions, special codes, rows that repeat a
/// stock code of their invoice.
public struct Generator: ~Copyable {
    let options: GeneratorOptions
    let catalogue: Catalogue
    private var writer: RowWriter
    private var counter: TruthCounter
    private var calendar: Calendar
    var random: SplitMix64
    var invoice = Invoice()
    /// The rows of the invoice so far that can be taken.
    var lines: [Line] = []
    /// For each product the last invoice that has it.
    private var holders: [Int]
    private var nextNumber = 536_365

    /// What the rows made so far hold; whole once `run` has returned.
    public var truth: Truth { counter.truth }

    /// A generator at the start of its file.
    public init(_ options: GeneratorOptions) {
        self.options = options
        random = SplitMix64(seed: options.seed)
        catalogue = Catalogue(rows: options.rows, random: &random)
        writer = RowWriter(options, catalogue)
        counter = TruthCounter(catalogue)
        calendar = Calendar(start: options.start, months: options.months, rows: options.rows)
        holders = Array(repeating: 0, count: catalogue.products.count + Shape.specials.count)
    }

    /// Writes the whole file to `sink`, half a megabyte at a time. Throws what the sink throws.
    public mutating func run(to sink: any ByteSink) throws {
        try writer.begin(sink)
        for row in 0..<options.rows {
            if invoice.rowsLeft == 0 { beginInvoice(row) }
            invoice.rowsLeft -= 1
            makeRow()
            if writer.count > 1 << 19 { try writer.drain(to: sink) }
        }
        try writer.drain(to: sink)
        counter.finish()
    }

    private mutating func beginInvoice(_ row: Int) {
        lines.removeAll(keepingCapacity: true)
        invoice = drawInvoice(isLate: row * 2 > options.rows)
        invoice.number = nextNumber
        nextNumber += 1
        invoice.moment = calendar.moment(of: row)
        if random.happens(options.unsortedRate) {
            invoice.moment.seconds = max(invoice.moment.seconds - 30 * 86_400, calendar.first.seconds)
        }
        writer.begin(invoice, catalogue)
        counter.begin(invoice)
    }

    private mutating func makeRow() {
        let repeats = !lines.isEmpty && random.happens(options.duplicateRate)
        let line = repeats ? drawRepetition() : drawLine()
        let isBad = random.happens(options.badRowRate)
        writer.append(line, flaw: isBad ? Flaw(rawValue: 1 + random.below(3)) ?? .quantity : .none)
        guard !isBad else { return counter.countReject() }
        if holds(line.product) {
            counter.countDuplicate(line, isIdentical: lines.contains(line))
        } else {
            counter.countFact(line, of: invoice)
            holders[line.product] = invoice.number
        }
        lines.append(line)
    }

    /// True where the invoice has a row of `product` that can be taken.
    borrowing func holds(_ product: Int) -> Bool { holders[product] == invoice.number }
}
