import RDBytes
import RDPostgres
import RDWarehouse
import Testing

/// The SQL functions that build a month beside the fact table and make it a partition.
@Suite struct FactMonthTests {
    private func warehouse() throws -> Connection {
        let connection = try WarehouseServer.connectToWarehouse()
        try connection.script(
            """
            INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1);
            INSERT INTO retail_dw.dim_customers
                (customer_key, country_key, customer_id, country, effective_date, is_current, version_id)
            VALUES (1, 1, 'GUEST', 'France', '2000-01-01', true, 1);
            INSERT INTO retail_dw.dim_products (product_key, stock_code, version_id) VALUES (1, '85123A', 1);
            SELECT retail_dw.extend_dim_date('2010-12-01', '2011-01-31');
            """)
        return connection
    }

    private func fill(_ part: String, month: String, product: Int = 1, _ connection: Connection) throws {
        try connection.execute(
            """
            INSERT INTO retail_dw.\(part) (transaction_datetime, quantity, customer_key, product_key, date_key,
                country_key, version_id, line_no, unit_price, line_total, net_amount, transaction_type, invoice_no,
                source_version_id)
            SELECT t, 1, 1, \(product), to_char(t, 'YYYYMMDD')::integer, 1, 1, n, 2.55, 2.55, 2.55, 'sale', '536365', 1
            FROM generate_series(1, 1000) AS n, LATERAL (SELECT $1::timestamp + n * interval '40 minutes' AS t) AS moment
            """, [month])
    }

    private func build(_ month: String, _ connection: Connection) throws -> String {
        let part = try #require(try connection.value("SELECT retail_dw.create_fact_month($1::date)", [month]))
        try fill(part, month: month, connection)
        try connection.execute("SELECT retail_dw.index_fact_month($1::date)", [month])
        return part
    }

    @Test func attachingAdoptsEverythingAndScansNothing() throws {
        let connection = try warehouse()
        try connection.transaction {
            let part = try build("2010-12-01", connection)
            #expect(part == "fact_sales_2010_12")
            let built = try indexFiles(part, connection)
            _ = connection.takeNotices()
            try connection.execute("SET LOCAL client_min_messages = debug1")
            try connection.execute("SELECT retail_dw.attach_fact_month('2010-12-01')")
            let said = connection.takeNotices().map(\.message)
            #expect(said.contains { $0.contains("partition constraint") && $0.contains("implied by existing") })
            #expect(try indexFiles(part, connection) == built)
        }
        #expect(try connection.value("SELECT count(*) FROM retail_dw.fact_sales") == "1000")
        let adopted = """
            SELECT count(*) FROM pg_constraint WHERE conrelid = 'retail_dw.fact_sales_2010_12'::regclass
            AND contype = 'f' AND convalidated AND conparentid <> 0
            """
        #expect(try connection.value(adopted) == "4")
    }

    /// The indexes of a table that belong to an index of the fact table, or are still alone, with their files.
    private func indexFiles(_ part: String, _ connection: Connection) throws -> [String] {
        let rows = try connection.execute(
            """
            SELECT c.relname || ' ' || c.relfilenode FROM pg_index JOIN pg_class AS c ON c.oid = indexrelid
            WHERE indrelid = ('retail_dw.' || $1)::regclass ORDER BY 1
            """, [part])
        return (0..<rows.rowCount).compactMap { rows[$0, 0] }
    }

    @Test func theNamesOfTheIndexesArePredictable() throws {
        let connection = try warehouse()
        let part = try build("2010-12-01", connection)
        try connection.execute("SELECT retail_dw.attach_fact_month('2010-12-01')")
        let names = try indexFiles(part, connection).map { $0.prefix { $0 != " " } }
        #expect(names == ["_customer_idx", "_natural_key", "_pkey", "_product_idx"].map { "\(part)\($0)"[...] })
    }

    @Test func aFactWithoutItsProductIsNotLetIn() throws {
        let connection = try warehouse()
        let error = try #require(throws: PostgresError.self) {
            try connection.transaction {
                let part = try build("2010-12-01", connection)
                try connection.execute("UPDATE retail_dw.\(part) SET product_key = 99 WHERE line_no = 1")
                try connection.execute("SELECT retail_dw.attach_fact_month('2010-12-01')")
            }
        }
        #expect(error.sqlstate == "23503" && error.constraint == "fact_sales_product_fkey" && error.exitCode == .data)
        #expect(try connection.value("SELECT to_regclass('retail_dw.fact_sales_2010_12')") == nil)
    }

    @Test func aFactOfAnotherMonthIsNotLetIn() throws {
        let connection = try warehouse()
        let error = try #require(throws: PostgresError.self) {
            let part = try build("2010-12-01", connection)
            try fill(part, month: "2011-01-05", product: 1, connection)
            try connection.execute("SELECT retail_dw.attach_fact_month('2010-12-01')")
        }
        #expect(error.sqlstate == "23514")
    }

    @Test func theSameLineTwiceIsRefused() throws {
        let connection = try warehouse()
        let part = try #require(try connection.value("SELECT retail_dw.create_fact_month('2010-12-01')"))
        try fill(part, month: "2010-12-01", connection)
        try fill(part, month: "2010-12-01", connection)
        let error = try #require(throws: PostgresError.self) {
            try connection.execute("SELECT retail_dw.index_fact_month('2010-12-01')")
        }
        #expect(error.sqlstate == "23505")
    }

    @Test func aMonthThatNobodyMadeIsAnError() throws {
        let connection = try warehouse()
        let error = try #require(throws: PostgresError.self) {
            try fill("fact_sales", month: "2010-12-01", connection)
        }
        #expect(error.sqlstate == "23514")
    }

    @Test func negativeQuantitiesAndPricesAreRefusedAndZeroIsNot() throws {
        let connection = try warehouse()
        let part = try build("2010-12-01", connection)
        try connection.execute("SELECT retail_dw.attach_fact_month('2010-12-01')")
        try connection.execute("UPDATE retail_dw.\(part) SET quantity = 0, unit_price = 0 WHERE line_no = 1")
        for column in ["quantity", "unit_price"] {
            let error = try #require(throws: PostgresError.self) {
                try connection.execute("UPDATE retail_dw.\(part) SET \(column) = -1 WHERE line_no = 2")
            }
            #expect(error.sqlstate == "23514" && error.constraint == "fact_sales_\(column)_check")
        }
    }
}

@Suite struct DimensionTests {
    @Test func theCalendarIsFilledOnce() throws {
        let connection = try WarehouseServer.connectToWarehouse()
        let extend = "SELECT retail_dw.extend_dim_date('2010-12-01', '2012-03-01')"
        #expect(try connection.value(extend) == "1096")
        #expect(try connection.value(extend) == "0")
        let day = try connection.execute(
            """
            SELECT year, quarter, month, day, iso_year, week, day_of_week, is_weekend, month_name, day_name
            FROM retail_dw.dim_date WHERE date_key = 20110101
            """)
        let expected = ["2011", "1", "1", "1", "2010", "52", "6", "t", "January", "Saturday"]
        #expect((0..<10).map { day[0, $0] ?? "" } == expected)
        #expect(
            try connection.value("SELECT full_date FROM retail_dw.dim_date WHERE date_key = 20120229") == "2012-02-29")
    }

    @Test func aCustomerHasOneCurrentVersionAndNoEmptyOne() throws {
        let connection = try WarehouseServer.connectToWarehouse()
        try connection.execute("INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1)")
        func insert(_ key: Int, from: String, to: String, isCurrent: Bool) throws {
            try connection.execute(
                """
                INSERT INTO retail_dw.dim_customers (customer_key, country_key, customer_id, country, effective_date,
                    expiry_date, is_current, version_id) VALUES ($1, 1, '17850', 'France', $2, $3, $4, 1)
                """, [String(key), from, to, isCurrent ? "t" : "f"])
        }
        try insert(1, from: "2010-01-01", to: "2011-01-01", isCurrent: false)
        try insert(2, from: "2011-01-01", to: "9999-12-31", isCurrent: true)
        #expect(throws: PostgresError.self) { try insert(3, from: "2012-01-01", to: "9999-12-31", isCurrent: true) }
        #expect(throws: PostgresError.self) { try insert(4, from: "2009-01-01", to: "2009-01-01", isCurrent: false) }
        #expect(throws: PostgresError.self) { try insert(5, from: "2010-06-01", to: "2010-07-01", isCurrent: false) }
        try insert(6, from: "2009-01-01", to: "2010-01-01", isCurrent: false)
    }

    /// Quarters of thirteen weeks, months of four, four and five; week 53 in the last month.
    @Test func theRetailCalendarCountsFourFourFive() throws {
        let connection = try WarehouseServer.connectToWarehouse()
        try connection.execute("SELECT retail_dw.extend_dim_date('2009-01-01', '2011-12-31')")
        func place(_ day: String) throws -> String? {
            try connection.value(
                """
                SELECT concat_ws(' ', retail_year, retail_quarter, retail_month, retail_week)
                FROM retail_dw.dim_date WHERE full_date = $1::date
                """, [day])
        }
        #expect(try place("2009-12-31") == "2009 4 12 6")
        #expect(try place("2010-01-03") == "2009 4 12 6")
        #expect(try place("2010-01-04") == "2010 1 1 1")
        #expect(try place("2010-02-01") == "2010 1 2 1")
        #expect(try place("2010-04-04") == "2010 1 3 5")
        #expect(try place("2010-04-05") == "2010 2 4 1")
        #expect(try place("2011-01-02") == "2010 4 12 5")
        let weeks = try connection.value(
            """
            SELECT string_agg(weeks::text, '' ORDER BY retail_month) FROM (
                SELECT retail_month, count(DISTINCT retail_week) AS weeks FROM retail_dw.dim_date
                WHERE retail_year = 2010 GROUP BY 1) AS months
            """)
        #expect(weeks == "445445445445")
    }
}
