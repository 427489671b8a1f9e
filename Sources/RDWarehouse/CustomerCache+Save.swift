import RDBytes
import RDPostgres

extension CustomerCache {
    /// Notes what a customer's own line says. The guest has none.
    mutating func note(_ customer: RawSpan, name: String?, at moment: Int64) {
        if customer.equals(0..<customer.byteCount, "GUEST") { return }
        let number = number(customer)
        if inferred[number], number < knownCustomers { upgraded.insert(Int32(number)) }
        inferred[number] = false
        guard let name, !name.isEmpty else { return }
        if let held = names[Int32(number)], held.at > moment { return }
        names[Int32(number)] = Told(name: name, at: moment)
    }

    /// Writes what is new and what has changed into the dimension.
    func save(_ copy: RowCopy, countries: borrowing CountryCache, version: Int32) throws {
        try saveChanged(copy, version)
        guard added > 0 else { return }
        let columns =
            "customer_key, country_key, customer_id, customer_name, country, effective_date, expiry_date, is_current, "
            + "version_id, named_at, is_inferred"
        try copy.rows("retail_dw.dim_customers (\(columns))") { out in
            for item in versions[known...] { append(item, countries, version, &out) }
        }
    }

    private func append(_ item: Version, _ countries: borrowing CountryCache, _ version: Int32, _ out: inout ByteBuffer)
    {
        let told = names[item.customer]
        out.appendRow(columns: 11)
        out.appendColumn(item.key)
        out.appendColumn(item.country)
        index.withKey(Int(item.customer)) { out.appendColumn($0) }
        out.appendColumn(told?.name)
        countries.withName(ofKey: item.country) { out.appendColumn($0) }
        out.appendColumn(Timestamp(seconds: item.effective))
        out.appendColumn(Timestamp(seconds: item.expiry))
        out.appendColumn(item.expiry == Self.forever)
        out.appendColumn(version)
        if let told { out.appendColumn(Timestamp(seconds: told.at)) } else { out.appendNull() }
        out.appendColumn(inferred[Int(item.customer)] && item.effective != Self.always)
    }

    /// Versions that begin earlier, names that are new, and customers that were inferred and are told of now.
    private func saveChanged(_ copy: RowCopy, _ version: Int32) throws {
        let begun = versions[..<known].filter(\.isChanged)
        let told = upgraded.union(names.keys.filter { Int($0) < knownCustomers })
        guard !begun.isEmpty || !told.isEmpty else { return }
        try copy.connection.script(
            """
            CREATE TEMP TABLE customer_begun (customer_key integer, effective_date timestamp) ON COMMIT DROP;
            CREATE TEMP TABLE customer_told (customer_id text COLLATE "C", customer_name text, named_at timestamp)
            ON COMMIT DROP
            """)
        try copy.rows("customer_begun") { out in
            for item in begun {
                out.appendRow(columns: 2)
                out.appendColumn(item.key)
                out.appendColumn(Timestamp(seconds: item.effective))
            }
        }
        try copy.rows("customer_told") { out in
            for number in told {
                out.appendRow(columns: 3)
                index.withKey(Int(number)) { out.appendColumn($0) }
                out.appendColumn(names[number]?.name)
                if let at = names[number]?.at { out.appendColumn(Timestamp(seconds: at)) } else { out.appendNull() }
            }
        }
        try copy.connection.execute(Self.findChanges)
        try copy.connection.execute(Self.archiveChanged, [String(version)])
        try copy.connection.execute(Self.writeChanges, [String(version)])
    }

    private static let findChanges = """
        CREATE TEMP TABLE customer_changes ON COMMIT DROP AS
        SELECT c.customer_key, coalesce(b.effective_date, c.effective_date) AS effective_date,
               CASE WHEN is_later THEN t.customer_name ELSE c.customer_name END AS customer_name,
               CASE WHEN is_later THEN t.named_at ELSE c.named_at END AS named_at,
               c.is_inferred AND t.customer_id IS NULL AS is_inferred
        FROM retail_dw.dim_customers AS c LEFT JOIN customer_begun AS b USING (customer_key)
        LEFT JOIN customer_told AS t USING (customer_id),
             LATERAL (SELECT coalesce(t.named_at >= coalesce(c.named_at, '-infinity'), false) AS is_later) AS news
        WHERE b.effective_date IS NOT NULL OR t.customer_id IS NOT NULL
          AND (c.is_inferred
               OR is_later AND (c.customer_name, c.named_at) IS DISTINCT FROM (t.customer_name, t.named_at))
        """

    private static let archiveChanged = """
        INSERT INTO retail_dw.dim_customers_archive
        SELECT c.*, $1::integer FROM retail_dw.dim_customers AS c JOIN customer_changes USING (customer_key)
        """

    private static let writeChanges = """
        UPDATE retail_dw.dim_customers AS c
        SET effective_date = n.effective_date, customer_name = n.customer_name, named_at = n.named_at,
            is_inferred = n.is_inferred, version_id = $1::integer
        FROM customer_changes AS n WHERE n.customer_key = c.customer_key
        """
}
