import RDBytes
import RDPostgres
import RDRecord

/// Where facts gather by month until there are enough for a COPY.
///
/// A month that the warehouse does not have yet is built beside the fact table; rows of one that it has go to a staging
/// table. Memory is bounded by the batch and by `totalLimit`, whatever order the rows come in.
struct FactMonths: ~Copyable {
    private struct Month {
        let number: Int
        let target: String
        let isNew: Bool
        var rows = 0
        var buffer: Int
    }

    private static let columns =
        "(sales_key, transaction_datetime, quantity, customer_key, product_key, date_key, country_key, version_id, "
        + "line_no, source_line, unit_price, line_total, net_amount, transaction_type, invoice_no, source_version_id)"
    /// Bytes that all months together may hold before the fullest is copied.
    private static let totalLimit = 4 << 20

    private let connection: Connection
    private let batchSize: Int
    private let version: Int32
    private var nextKey: Int64
    private var months: [Month] = []
    private var buffers: BufferPool
    private let existing: Set<Int>
    private var lastNumber = -1
    private var lastPlace = 0
    private var isCopying = false
    private var isStaged = false
    /// Rows copied into new months and into the staging table.
    private(set) var inserted = 0
    private(set) var staged = 0
    /// Net money of the rows for the staging table, and the first and last day of them, as yyyymmdd.
    private(set) var stagedMoney: Int128 = 0
    private(set) var stagedDays = (first: Int32.max, last: Int32.min)
    /// The first and last day seen, as yyyymmdd.
    private(set) var firstDay = Int32.max
    private(set) var lastDay = Int32.min

    init(_ connection: Connection, batchSize: Int, version: Int32, firstKey: Int64, existing: Set<Int>) {
        self.connection = connection
        self.batchSize = batchSize
        self.version = version
        self.existing = existing
        nextKey = firstKey
        buffers = BufferPool()
    }

    /// The key that the next fact would get.
    var nextSalesKey: Int64 { nextKey }
    /// Months that are new, as yyyymm.
    var newMonths: [Int] { months.filter(\.isNew).map(\.number).sorted() }
    /// Months that were there and get rows.
    var stagedMonths: [Int] { months.filter { !$0.isNew }.map(\.number).sorted() }

    /// Takes a fact.
    @inline(__always)
    mutating func add(_ fact: Fact, invoice line: RawSpan, _ value: FieldValue) throws {
        let number = Int(fact.dateKey) / 100
        if number != lastNumber { try find(number) }
        let place = lastPlace
        append(fact, line, value, to: months[place].buffer)
        months[place].rows += 1
        if !months[place].isNew { noteStaged(fact) }
        if fact.dateKey < firstDay { firstDay = fact.dateKey }
        if fact.dateKey > lastDay { lastDay = fact.dateKey }
        if months[place].rows >= batchSize || buffers.total > Self.totalLimit { try copyFullest(place) }
    }

    @inline(__always)
    private mutating func noteStaged(_ fact: Fact) {
        stagedMoney += Int128(fact.net)
        stagedDays = (min(stagedDays.first, fact.dateKey), max(stagedDays.last, fact.dateKey))
    }

    @inline(__always)
    private mutating func append(_ fact: Fact, _ line: RawSpan, _ value: FieldValue, to buffer: Int) {
        buffers.append(to: buffer, fact, key: nextKey, version: version, line, value)
        nextKey += 1
    }

    @inline(never) private mutating func find(_ number: Int) throws {
        lastNumber = number
        if let place = months.firstIndex(where: { $0.number == number }) {
            lastPlace = place
            return
        }
        // Input is usually in order of time: those before are likely to be whole, and their memory is given back.
        for place in months.indices {
            try copy(place)
            buffers.release(months[place].buffer)
        }
        let isNew = !existing.contains(number)
        let target = isNew ? try create(number) : try stage()
        months.append(Month(number: number, target: target, isNew: isNew, buffer: buffers.add()))
        lastPlace = months.count - 1
    }

    private mutating func create(_ number: Int) throws -> String {
        try settle()
        let name = try connection.value("SELECT retail_dw.create_fact_month($1::date)", [Self.day(number)])
        return "retail_dw." + (try connection.quoteIdentifier(name ?? ""))
    }

    private mutating func stage() throws -> String {
        if !isStaged {
            try settle()
            try connection.script("CREATE TEMP TABLE fact_news (LIKE retail_dw.fact_sales) ON COMMIT DROP")
            isStaged = true
        }
        return "fact_news"
    }

    /// The first day of a month given as yyyymm.
    static func day(_ number: Int) -> String { day(Int32(number) * 100 + 1) }

    /// A day given as yyyymmdd, with a year of four digits whatever the year.
    static func day(_ key: Int32) -> String {
        Timestamp(year: Int(key) / 10_000, month: Int(key) / 100 % 100, day: Int(key) % 100).map {
            String($0.text.prefix(10))
        } ?? ""
    }

    /// Waits for the copy that is under way.
    mutating func settle() throws {
        guard isCopying else { return }
        isCopying = false
        try connection.finishCopy()
    }

    private mutating func copyFullest(_ place: Int) throws {
        if months[place].rows >= batchSize { return try copy(place) }
        let fullest = months.indices.max { buffers.size(months[$0].buffer) < buffers.size(months[$1].buffer) }
        try copy(fullest ?? place)
    }

    /// Copies what a month has gathered, and does not wait for the server to digest it.
    private mutating func copy(_ place: Int) throws {
        let month = months[place]
        guard month.rows > 0 else { return }
        try settle()
        try connection.copyIn("COPY \(month.target) \(Self.columns) FROM STDIN (FORMAT binary)")
        try buffers.drain(month.buffer) { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        isCopying = true
        if month.isNew { inserted += month.rows } else { staged += month.rows }
        months[place].rows = 0
    }

    /// Copies what is left.
    mutating func flush() throws {
        for place in months.indices { try copy(place) }
        try settle()
    }
}
