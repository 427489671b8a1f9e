import RDBytes

/// Writes rows as delimited text. What repeats (codes, descriptions, what the rows of an invoice share) is made once.
struct RowWriter: ~Copyable {
    private let options: GeneratorOptions
    private let codes: TextTable
    private let descriptions: TextTable
    private let brokenDescriptions: TextTable
    private let notes: TextTable
    private var head = ByteBuffer(capacity: 64)
    private var date = ByteBuffer(capacity: 64)
    private var customer = ByteBuffer(capacity: 64)
    private var country = ByteBuffer(capacity: 64)
    private var out = ByteBuffer(capacity: 1 << 20)

    /// Bytes that wait for `drain`.
    var count: Int { out.count }

    init(_ options: GeneratorOptions, _ catalogue: Catalogue) {
        self.options = options
        let special = Shape.specials
        codes = TextTable(catalogue.products.map(\.code) + special.map(\.code)) { $1.append(text: $0) }
        let texts = catalogue.products.map(\.description) + special.map(\.description)
        descriptions = TextTable(texts) { Self.append(cell: $0, options, to: &$1) }
        brokenDescriptions = TextTable(texts) { Self.append(cell: "NEW\n" + $0, options, to: &$1) }
        notes = TextTable(Shape.notes) { Self.append(cell: $0, options, to: &$1) }
    }

    /// The byte order mark and the names of the columns.
    mutating func begin(_ sink: any ByteSink) throws {
        let mark: [UInt8] =
            switch options.encoding {
            case .latin1, .utf8: []
            case .utf8BOM: [0xEF, 0xBB, 0xBF]
            case .utf16LE: [0xFF, 0xFE]
            case .utf16BE: [0xFE, 0xFF]
            }
        try mark.withUnsafeBytes { if !$0.isEmpty { try sink.write($0) } }
        let names = [
            "InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
        ]
        for (index, name) in names.enumerated() {
            if index > 0 { out.append(options.delimiter) }
            out.append(text: name)
        }
        endLine()
    }

    /// Writes the rows so far to `sink` and forgets them.
    mutating func drain(to sink: any ByteSink) throws {
        guard options.encoding == .utf16LE || options.encoding == .utf16BE else { return try out.drain(to: sink) }
        let isBig = options.encoding == .utf16BE
        let units = out.text.utf16.map { isBig ? $0.bigEndian : $0.littleEndian }
        try units.withUnsafeBytes { if !$0.isEmpty { try sink.write($0) } }
        out.removeAll()
    }

    private mutating func endLine() {
        if options.hasCR { out.append(0x0D) }
        out.append(0x0A)
    }

    /// Quotes where it must; only the pound sign is not ASCII.
    private static func append(cell: String, _ options: GeneratorOptions, to buffer: inout ByteBuffer) {
        let needsQuotes = cell.utf8.contains { $0 == 0x22 || $0 == 0x0A || $0 == options.delimiter }
        if needsQuotes { buffer.append(0x22) }
        for byte in cell.utf8 where byte != 0xC2 || options.encoding != .latin1 {
            if byte == 0x22 { buffer.append(0x22) }
            buffer.append(byte)
        }
        if needsQuotes { buffer.append(0x22) }
    }
}

extension RowWriter {
    /// Makes what the rows of `invoice` share.
    mutating func begin(_ invoice: Invoice, _ catalogue: borrowing Catalogue) {
        head.removeAll()
        if invoice.kind == .cancellation { head.append(UInt8(ascii: "C")) }
        if invoice.kind == .badDebt { head.append(UInt8(ascii: "A")) }
        head.append(integer: Int64(invoice.number))
        head.append(options.delimiter)
        date.removeAll()
        append(invoice.moment)
        customer.removeAll()
        customer.append(options.delimiter)
        if invoice.customer >= 0 {
            customer.append(integer: Int64(catalogue.customers[invoice.customer].id))
            if options.hasCustomerSuffix { customer.append(".0") }
        }
        country.removeAll()
        country.append(options.delimiter)
        country.append(text: Shape.countries[invoice.country])
    }

    private mutating func append(_ moment: Timestamp) {
        guard options.dates != .iso else { return moment.append(to: &date) }
        let (year, month, day) = moment.civil
        let minute = moment.secondOfDay / 60
        let parts = options.dates == .us ? (month, day) : (day, month)
        date.append(integer: Int64(parts.0))
        date.append(0x2F)
        date.append(integer: Int64(parts.1))
        date.append(0x2F)
        date.append(integer: Int64(year))
        date.append(0x20)
        date.append(integer: Int64(minute / 60))
        date.append(0x3A)
        date.append(minute % 60, width: 2)
    }

    /// Writes one row of the invoice that was begun last.
    mutating func append(_ line: Line, flaw: Flaw) {
        out.append(contentsOf: head.bytes)
        codes.append(line.product, to: &out)
        out.append(options.delimiter)
        appendDescription(line)
        out.append(options.delimiter)
        if flaw == .quantity { out.append("six") } else { out.append(integer: line.quantity) }
        out.append(options.delimiter)
        if flaw == .date { out.append("99/99/2010 8:26") } else { out.append(contentsOf: date.bytes) }
        out.append(options.delimiter)
        Decimal4.append(line.price * 100, to: &out)
        out.append(contentsOf: customer.bytes)
        if flaw != .missingCell { out.append(contentsOf: country.bytes) }
        endLine()
    }

    @inline(__always) private mutating func appendDescription(_ line: Line) {
        switch line.description {
        case .usual:
            if line.isBroken {
                brokenDescriptions.append(line.product, to: &out)
            } else {
                descriptions.append(line.product, to: &out)
            }
        case .note(let index): notes.append(index, to: &out)
        case .blank: break
        }
    }
}
