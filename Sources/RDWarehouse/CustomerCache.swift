import RDBytes
import RDPostgres

/// The customer dimension in memory: every version of every customer, and those that are new or changed.
struct CustomerCache: ~Copyable {
    struct Version {
        var key: Int32
        var country: Int32
        var effective: Int64
        var expiry: Int64
        /// The version before it; -1 for the first.
        var previous: Int32
        var customer: Int32
        var isChanged: Bool
    }

    /// 9999-12-31T00:00:00, the expiry of a current version.
    static let forever: Int64 = 253_402_214_400

    private var index = KeyIndex(capacity: 8192)
    private var latest: [Int32] = []
    private var versions: [Version] = []
    private var nextKey: Int32 = 1
    private let known: Int
    private let guest: [UInt8]
    /// Customers that a row contradicts which came before what is known: their versions must be made anew.
    private(set) var disordered: Set<Int32> = []
    private(set) var misses = 0

    /// Reads the dimension.
    init(_ connection: Connection, guest: String = "GUEST") throws {
        self.guest = Array(guest.utf8)
        let rows = try connection.execute(
            """
            SELECT customer_key, customer_id, country_key, extract(epoch FROM effective_date)::bigint,
                   extract(epoch FROM expiry_date)::bigint
            FROM retail_dw.dim_customers ORDER BY customer_id, effective_date
            """)
        for row in 0..<rows.rowCount {
            let customer = index.insert(text: rows[row, 1] ?? "")
            if customer.isNew { latest.append(-1) }
            let key = Int32(rows[row, 0] ?? "") ?? 0
            versions.append(
                Version(
                    key: key, country: Int32(rows[row, 2] ?? "") ?? 0, effective: Int64(rows[row, 3] ?? "") ?? 0,
                    expiry: Int64(rows[row, 4] ?? "") ?? Self.forever, previous: latest[customer.number],
                    customer: Int32(customer.number), isChanged: false))
            latest[customer.number] = Int32(versions.count - 1)
            nextKey = max(nextKey, key + 1)
        }
        known = rows.rowCount
    }

    /// Versions that are new.
    var added: Int { versions.count - known }

    /// The key of the version of `customer` that holds at `moment`, when a row shows it with `country`.
    @inline(__always) mutating func key(_ customer: RawSpan, country: Int32, at moment: Timestamp) -> Int32 {
        let found = index.insert(customer)
        if found.isNew {
            latest.append(-1)
            misses += 1
        } else {
            let version = versions[Int(latest[found.number])]
            if version.country == country, moment.seconds >= version.effective { return version.key }
        }
        return slowKey(customer, found.number, country, moment.seconds)
    }

    @inline(never)
    private mutating func slowKey(_ customer: RawSpan, _ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        let place = Int(latest[number])
        if place < 0 { return open(number, country, moment) }
        let current = versions[place]
        if isGuest(customer) {
            if moment < current.effective { begin(place, at: moment) }
            return current.key
        }
        if moment > current.effective {
            misses += 1
            versions[place].expiry = moment
            versions[place].isChanged = true
            return open(number, country, moment)
        }
        return earlierKey(number, country, moment)
    }

    private func isGuest(_ customer: RawSpan) -> Bool {
        customer.byteCount == guest.count && guest.indices.allSatisfy { customer[$0] == guest[$0] }
    }

    private mutating func begin(_ place: Int, at moment: Int64) {
        versions[place].effective = moment
        versions[place].isChanged = true
    }

    private mutating func open(_ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        versions.append(
            Version(
                key: nextKey, country: country, effective: moment, expiry: Self.forever, previous: latest[number],
                customer: Int32(number), isChanged: false))
        latest[number] = Int32(versions.count - 1)
        nextKey += 1
        return nextKey - 1
    }

    /// A row from before the current version: it belongs to an earlier one, or moves the first one's start, or what is
    /// known of the customer is wrong and must be made anew once all rows are there.
    private mutating func earlierKey(_ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        var place = Int(latest[number])
        while versions[place].effective > moment, versions[place].previous >= 0 {
            place = Int(versions[place].previous)
        }
        let version = versions[place]
        if version.country == country {
            if moment < version.effective { begin(place, at: moment) }
        } else {
            disordered.insert(Int32(number))
        }
        return version.key
    }

    /// The ids of the customers whose versions must be made anew.
    var disorderedIDs: [String] { disordered.map { number in index.withKey(Int(number)) { $0.text } } }

    /// Writes what is new and what has changed into the dimension.
    func save(_ copy: RowCopy, countries: borrowing CountryCache, version: Int32) throws {
        try closeChanged(copy)
        guard added > 0 else { return }
        let columns =
            "customer_key, country_key, customer_id, country, effective_date, expiry_date, is_current, version_id"
        try copy.rows("retail_dw.dim_customers (\(columns))") { out in
            for item in versions[known...] {
                out.appendRow(columns: 8)
                out.appendColumn(item.key)
                out.appendColumn(item.country)
                index.withKey(Int(item.customer)) { out.appendColumn($0) }
                countries.withName(ofKey: item.country) { out.appendColumn($0) }
                out.appendColumn(Timestamp(seconds: item.effective))
                out.appendColumn(Timestamp(seconds: item.expiry))
                out.appendColumn(item.expiry == Self.forever)
                out.appendColumn(version)
            }
        }
    }

    private func closeChanged(_ copy: RowCopy) throws {
        let changed = versions[..<known].filter(\.isChanged)
        guard !changed.isEmpty else { return }
        try copy.connection.script(
            """
            CREATE TEMP TABLE customer_news (customer_key integer, effective_date timestamp, expiry_date timestamp)
            ON COMMIT DROP
            """)
        try copy.rows("customer_news") { out in
            for item in changed {
                out.appendRow(columns: 3)
                out.appendColumn(item.key)
                out.appendColumn(Timestamp(seconds: item.effective))
                out.appendColumn(Timestamp(seconds: item.expiry))
            }
        }
        try copy.connection.script(
            """
            SET CONSTRAINTS retail_dw.dim_customers_version_key DEFERRED;
            UPDATE retail_dw.dim_customers AS c
            SET effective_date = n.effective_date, expiry_date = n.expiry_date,
                is_current = n.expiry_date = '9999-12-31'
            FROM customer_news AS n WHERE n.customer_key = c.customer_key;
            SET CONSTRAINTS retail_dw.dim_customers_version_key IMMEDIATE
            """)
    }
}
