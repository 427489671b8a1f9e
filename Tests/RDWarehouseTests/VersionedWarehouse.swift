import RDBytes
import RDPostgres
import RDProcess
import RDRecord
import RDWarehouse

/// A warehouse of its own with versions that loads made.
struct VersionedWarehouse {
    let conninfo: String
    let connection: Connection

    /// An empty one.
    init() throws {
        conninfo = try WarehouseServer.makeDatabase()
        connection = try Connection(conninfo, applicationName: "test")
        try MigrationRunner(share: WarehouseServer.share).apply(to: connection)
    }

    /// One with three versions: December, January with a customer who moved, a correction of December that also takes a
    /// customer away.
    static func withThreeVersions() throws -> VersionedWarehouse {
        let warehouse = try VersionedWarehouse()
        try warehouse.load(1, december)
        try warehouse.load(2, january)
        try warehouse.load(3, correction)
        return warehouse
    }

    static let december = [
        sale("536365", "85123A", "2010-12-01T08:26:00", "17850", "France", 6, 25_500),
        sale("536365", "71053", "2010-12-01T08:26:00", "17850", "France", 6, 33_900),
        sale("536366", "71053", "2010-12-02T09:00:00", "GUEST", "Spain", 2, 33_900),
        sale("536367", "85123A", "2010-12-03T10:00:00", "13047", "Italy", 1, 25_500),
    ]
    static let january = [
        sale("540001", "85123A", "2011-01-04T10:00:00", "17850", "Spain", 3, 26_000),
        sale("540002", "22\"752,", "2011-01-05T11:30:00", "12583", "Île, \"de\" France", 10, 1_250, sign: -1),
    ]
    static let correction = [
        sale("536365", "85123A", "2010-12-01T08:26:00", "17850", "France", 7, 25_500),
        sale("536367", "85123A", "2010-12-03T10:00:00", "17850", "France", 1, 25_500),
    ]

    /// A line of an invoice; the price in ten-thousandths.
    static func sale(
        _ invoice: String, _ stockCode: String, _ moment: String, _ customer: String, _ country: String,
        _ quantity: Int, _ price: Int, sign: Int = 1
    ) -> SaleLine {
        let key = SaleKey(invoice: invoice, stockCode: stockCode, lineNo: 1, moment: moment)
        let type = sign < 0 ? "return" : "sale"
        let content = SaleContent(
            customer: customer, country: country, quantity: quantity, price: price, type: type, sign: sign)
        return SaleLine(key: key, content: content, line: 2)
    }

    /// Loads lines as a source of its own number, with a member for each product.
    @discardableResult
    func load(_ source: Int, _ sales: [SaleLine]) throws -> LoadSummary {
        var batch = SalesBatch(source: source, lines: sales.map { .sale($0) } + sales.map(Self.product))
        batch.number()
        let surroundings = Loader.Surroundings(
            connect: { try connect() }, makeClean: { throw RDError(.internalError, "facts need no cleaning") },
            newRun: { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)) }, job: "sales",
            inputChannel: nil, clock: Clock.monotonicNanoseconds)
        var loader = Loader(
            from: MemorySource(SalesStream(batch: batch).bytes()), options: LoadOptions(), surroundings: surroundings)
        return try loader.run()
    }

    private static func product(_ sale: SaleLine) -> SalesBatch.Line {
        .product(
            ProductMember(
                stockCode: sale.key.stockCode, description: "PRODUCT \(sale.key.stockCode)", price: sale.content.price,
                lastSoldAt: sale.key.moment, describedAt: sale.key.moment, pricedAt: sale.key.moment, isNote: false))
    }

    /// Another session.
    func connect() throws -> Connection { try Connection(conninfo, applicationName: "test") }

    /// A new run's name.
    static func run() -> String { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)).text }

    /// Takes it back to a version.
    @discardableResult
    func rollBack(to version: Int, from latest: Int? = nil, isPlan: Bool = false, wait: Int = 0) throws
        -> VersionChange
    {
        try Warehouse.rollBack(
            connection, to: VersionReference(number: version), from: latest, run: Self.run(), job: "rollback",
            wait: wait, isPlan: isPlan,
            reconnect: connect)
    }

    /// Writes a snapshot of a version into a folder.
    @discardableResult
    func snapshot(_ version: String, to path: String, ifThere conflict: Snapshot.Conflict = .refuse) throws -> Snapshot
    {
        try Snapshot.write(
            VersionReference(version), to: { _ in path }, ifThere: conflict, createdAt: Clock.nowText(), connection)
    }

    /// Restores a snapshot.
    @discardableResult
    func restore(_ path: String, isPlan: Bool = false) throws -> VersionChange {
        try Warehouse.restore(
            connection, SnapshotReader(folder: path), run: Self.run(), job: "restore", wait: 0, isPlan: isPlan,
            reconnect: connect)
    }

    /// Everything that must not change where something is refused or planned: rows with their versions, archives,
    /// versions, tags and runs.
    func everything() throws -> String {
        let tables = [
            "fact_sales", "fact_sales_archive", "dim_customers", "dim_customers_archive", "dim_products",
            "dim_products_archive", "dim_country", "dim_country_archive", "data_versions", "data_version_tags",
            "etl_job_runs", "dim_date",
        ]
        return try tables.map { table in
            try connection.value(
                "SELECT md5(coalesce(string_agg(t::text, ';' ORDER BY t::text), '')) FROM retail_dw.\(table) AS t")
                ?? ""
        }.joined(separator: " ")
    }

    /// The rows of facts and dimensions without the version that wrote them; now, or as of a version.
    func state(asOf version: Int? = nil) throws -> [[String]] {
        try WarehouseReading(connection, asOf: version).tables.map { $0.rows.map(\.columns).sorted() }
    }

    /// The statuses of all versions, a letter for each.
    func statuses() throws -> String {
        try DataVersion.all(connection).map { String($0.status.prefix(1)) }.joined()
    }
}
