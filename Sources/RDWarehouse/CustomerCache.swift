import RDBytes
import RDPostgres

/// The customer dimension in memory: every version of every customer, and those that are new or changed.
struct CustomerCache: ~Copyable {
    struct Version {
        var key: Int32
        var country: Int32
        var effective: Int64
        var expiry: Int64
        /// The latest moment of a fact that this load brought for it.
        var last: Int64 = .min
        /// The version before it; -1 for the first.
        var previous: Int32
        var customer: Int32
        var isChanged = false
    }

    /// What a member line said of a customer.
    struct Told {
        var name: String
        var at: Int64
    }

    /// 9999-12-31T00:00:00, the expiry of a current version.
    static let forever: Int64 = 253_402_214_400
    /// 0001-01-01T00:00:00, since when there are sales to nobody known.
    static let always: Int64 = -62_135_596_800
    static let guest = "GUEST"
    /// The country of the guest until `settleGuest` gives the real key.
    private static let noCountry: Int32 = -1

    var index = KeyIndex(capacity: 8192)
    /// The latest version of each customer; -1 where it has none.
    private var latest: [Int32] = []
    private(set) var versions: [Version] = []
    /// Customers that only facts told of so far.
    var inferred: [Bool] = []
    private var nextKey: Int32 = 1
    let known: Int
    /// Customers that were there when the load began.
    let knownCustomers: Int
    private var guestPlace = -1
    /// Customers that a row contradicts: their versions must be made anew from all of their facts.
    private(set) var disordered: Set<Int32> = []
    /// Names by customer, and customers that were inferred and are told of now.
    var names: [Int32: Told] = [:]
    var upgraded: Set<Int32> = []
    private(set) var misses = 0

    /// Reads the dimension.
    init(_ connection: Connection) throws {
        let next = Int32(try connection.value("SELECT retail_dw.next_customer_key()") ?? "") ?? 1
        let rows = try connection.execute(
            """
            SELECT customer_key, customer_id, country_key, extract(epoch FROM effective_date)::bigint,
                   extract(epoch FROM expiry_date)::bigint, is_inferred
            FROM retail_dw.dim_customers ORDER BY customer_id, effective_date
            """)
        for row in 0..<rows.rowCount {
            let customer = index.insert(text: rows[row, 1] ?? "")
            if customer.isNew {
                latest.append(-1)
                inferred.append(rows[row, 5] == "t")
            }
            versions.append(
                Version(
                    key: Int32(rows[row, 0] ?? "") ?? 0, country: Int32(rows[row, 2] ?? "") ?? 0,
                    effective: Int64(rows[row, 3] ?? "") ?? 0, expiry: Int64(rows[row, 4] ?? "") ?? Self.forever,
                    previous: latest[customer.number], customer: Int32(customer.number)))
            latest[customer.number] = Int32(versions.count - 1)
            if rows[row, 1] == Self.guest { guestPlace = versions.count - 1 }
        }
        for place in versions.indices { try Self.check(versions, place, rows[place, 1] ?? "") }
        known = rows.rowCount
        knownCustomers = index.count
        nextKey = next
    }

    /// Somebody else may have changed the dimension: versions must follow one another without a gap to the current one.
    private static func check(_ versions: [Version], _ place: Int, _ customer: String) throws(RDError) {
        let version = versions[place]
        let isLast = place + 1 == versions.count || versions[place + 1].customer != version.customer
        let end = isLast ? forever : versions[place + 1].effective
        guard version.expiry != end else { return }
        throw RDError(
            .data,
            "dim_customers contradicts itself: customer \(customer) (customer_key \(version.key)) ends at "
                + "\(Timestamp(seconds: version.expiry).text) and "
                + (isLast ? "has no current version" : "goes on at \(Timestamp(seconds: end).text)"),
            remedy: "somebody changed it by hand: put the row right; nothing was loaded")
    }

    /// Versions that are new.
    var added: Int { versions.count - known }

    /// The number of a customer, given now where it is new.
    @inline(__always) mutating func number(_ customer: RawSpan) -> Int {
        let found = index.insert(customer)
        if found.isNew {
            latest.append(-1)
            inferred.append(true)
        }
        return found.number
    }

    /// The key of the version of `customer` that holds at `moment`, when a row shows it with `country`.
    @inline(__always) mutating func key(_ customer: RawSpan, country: Int32, at moment: Timestamp) -> Int32 {
        let number = number(customer)
        let place = Int(latest[number])
        if place >= 0, versions[place].country == country, moment.seconds >= versions[place].effective {
            if moment.seconds > versions[place].last { versions[place].last = moment.seconds }
            return versions[place].key
        }
        return slowKey(customer, number, country, moment.seconds)
    }

    @inline(never)
    private mutating func slowKey(_ customer: RawSpan, _ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        let place = Int(latest[number])
        if place >= 0, place == guestPlace { return versions[place].key }
        if place < 0 {
            misses += 1
            return isGuest(customer) ? openGuest(number) : open(number, country, moment)
        }
        // Of a customer that this load is the first to show, all facts are known: one later than them begins a version.
        if number >= knownCustomers, moment > versions[place].last {
            misses += 1
            versions[place].expiry = moment
            return open(number, country, moment)
        }
        return earlierKey(number, country, moment)
    }

    private func isGuest(_ customer: RawSpan) -> Bool { customer.equals(0..<customer.byteCount, "GUEST") }

    private mutating func openGuest(_ number: Int) -> Int32 {
        guestPlace = versions.count
        return open(number, Self.noCountry, Self.always)
    }

    private mutating func open(_ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        versions.append(
            Version(
                key: nextKey, country: country, effective: moment, expiry: Self.forever, last: moment,
                previous: latest[number], customer: Int32(number)))
        latest[number] = Int32(versions.count - 1)
        nextKey += 1
        return nextKey - 1
    }

    /// A row that belongs to an earlier version, or moves the first one's start, or says that what is known of the
    /// customer must be made anew once all rows are there.
    private mutating func earlierKey(_ number: Int, _ country: Int32, _ moment: Int64) -> Int32 {
        var place = Int(latest[number])
        while versions[place].effective > moment, versions[place].previous >= 0 {
            place = Int(versions[place].previous)
        }
        let version = versions[place]
        if version.country != country {
            disordered.insert(Int32(number))
        } else if moment < version.effective {
            versions[place].effective = moment
            versions[place].isChanged = true
        }
        return version.key
    }

    /// Gives the guest its country, where the guest is new.
    mutating func settleGuest(_ countries: inout CountryCache) {
        guard guestPlace >= known else { return }
        versions[guestPlace].country = countries.key(named: "Unspecified")
    }

    /// The ids of the customers whose versions must be made anew.
    var disorderedIDs: [String] { disordered.map { number in index.withKey(Int(number)) { $0.text } } }
}
