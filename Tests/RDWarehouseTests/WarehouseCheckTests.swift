import RDBytes
import RDPostgres
import RDQuality
import RDWarehouse
import Testing

/// Tables that are broken on purpose, past the constraints that keep them whole.
@Suite struct WarehouseCheckTests {
    private static let rules = """
        {"kind":"quality-rules","min_rows":0,"gates":{"warehouse":[
        {"rule":"unique","dimension":"uniqueness","table":"fact_sales","columns":["invoice_no","product_key","line_no"],"unit":"rows","fail":0},
        {"rule":"exact","dimension":"accuracy","table":"fact_sales","check":"line_total","unit":"rows","fail":0},
        {"rule":"members","dimension":"consistency","table":"fact_sales","check":"dimensions","unit":"rows","fail":0},
        {"rule":"times","dimension":"consistency","table":"dim_customers","check":"intervals","unit":"rows","fail":0},
        {"rule":"filled","dimension":"completeness","table":"dim_products","columns":["description"],"unit":"rows","fail":0}
        ]}}
        """

    private func check(_ warehouse: VersionedWarehouse, _ names: [String] = []) throws -> WarehouseCheck {
        try WarehouseCheck(
            QualityRules(JSONValue(parsing: Self.rules)), names: names, warehouse.connection)
    }

    @Test(arguments: [
        (
            "unique", 1,
            "INSERT INTO retail_dw.fact_sales_2010_12 SELECT nextval('retail_dw.fact_sales_sales_key_seq'), "
                + "f.transaction_datetime, f.quantity, f.customer_key, f.product_key, f.date_key, f.country_key, f.version_id, "
                + "f.line_no, f.source_line, f.unit_price, f.line_total, f.net_amount, f.transaction_type, f.invoice_no, "
                + "f.source_version_id FROM retail_dw.fact_sales AS f WHERE invoice_no = '536366'"
        ),
        ("exact", 1, "UPDATE retail_dw.fact_sales SET line_total = line_total + 0.0001 WHERE invoice_no = '536366'"),
        ("members", 2, "UPDATE retail_dw.fact_sales SET product_key = product_key + 9999 WHERE invoice_no = '536365'"),
        (
            "times", 1,
            "UPDATE retail_dw.dim_customers SET effective_date = effective_date + interval '1 hour' "
                + "WHERE customer_id = '17850' AND is_current"
        ),
        ("filled", 1, "UPDATE retail_dw.dim_products SET description = '' WHERE stock_code = '85123A'"),
    ])
    func aBrokenRuleIsFoundWithItsRows(_ rule: String, _ bad: Int, _ damage: String) throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        #expect(try check(warehouse).measure().allSatisfy { $0.status == .pass && $0.bad == 0 })
        try warehouse.connection.script(
            """
            ALTER TABLE retail_dw.fact_sales DROP CONSTRAINT fact_sales_natural_key,
                DROP CONSTRAINT fact_sales_product_fkey;
            \(damage)
            """)
        let found = try check(warehouse).measure()
        #expect(found.filter { $0.bad > 0 }.map(\.rule.name) == [rule])
        #expect(found.first { $0.bad > 0 }?.bad == bad)
        #expect(Measurement.failure(found, .warehouse)?.exitCode == .data)
        var rows: [JSONValue] = []
        try check(warehouse, [rule]).eachBadRow { rows.append($0) }
        #expect(rows.count == bad)
        #expect(rows.allSatisfy { $0["source"]?["run"]?.string != nil && $0["row"]?["repeats"] == nil })
    }

    @Test(arguments: [
        #""dimension":"uniqueness","table":"fact_sales","columns":["invoice_no"],"by":"country""#,
        #""dimension":"accuracy","table":"fact_sales","check":"line_total","by":"stock_code""#,
        #""dimension":"accuracy","table":"fact_sales","check":"positive","by":"customer_id""#,
        #""dimension":"consistency","table":"fact_sales","check":"dimensions","by":"country""#,
        #""dimension":"completeness","table":"fact_sales","columns":[],"by":"transaction_type""#,
        #""dimension":"validity","table":"fact_sales","columns":["quantity"],"max":"2","by":"country""#,
        #""dimension":"consistency","table":"dim_customers","check":"intervals","by":"country""#,
        #""dimension":"completeness","table":"dim_products","columns":["description"],"by":"stock_code""#,
        #""dimension":"validity","table":"dim_country","columns":["country_name"],"pattern":"[A-M].*","by":"country_name""#,
    ])
    func theSegmentsOfARuleAreItsRows(_ rule: String) throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        try warehouse.connection.script(
            """
            ALTER TABLE retail_dw.fact_sales DROP CONSTRAINT fact_sales_product_fkey;
            UPDATE retail_dw.fact_sales SET line_total = line_total + 1 WHERE invoice_no = '536366';
            UPDATE retail_dw.fact_sales SET product_key = product_key + 9999 WHERE invoice_no = '536365';
            UPDATE retail_dw.dim_products SET description = '' WHERE stock_code = '85123A'
            """)
        func check(_ rule: String) throws -> WarehouseCheck {
            let rules =
                #"{"kind":"quality-rules","gates":{"warehouse":[{"rule":"a",\#(rule),"unit":"rows","fail":0}]}}"#
            return try WarehouseCheck(QualityRules(JSONValue(parsing: rules)), warehouse.connection)
        }
        let whole = try #require(try check(rule.replacing(/,"by":"[a-z_]+"/, with: "")).measure().first)
        let parts = try check(rule).measure()
        #expect(parts.reduce(0) { $0 + $1.n } == whole.n && whole.n > 0)
        #expect(parts.reduce(0) { $0 + $1.bad } == whole.bad)
        #expect(parts.allSatisfy { $0.segment != nil } && Set(parts.map(\.segment)).count == parts.count)
        var segments: [String: Int] = [:]
        try check(rule).eachBadRow { segments[$0["segment"]?.string ?? "?", default: 0] += 1 }
        if !rule.contains("completeness") {
            #expect(
                segments
                    == Dictionary(uniqueKeysWithValues: parts.filter { $0.bad > 0 }.map { ($0.segment ?? "", $0.bad) }))
        }
    }

    @Test func figuresAreKeptAsThoseOfARunOfTheirOwn() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let check = try check(warehouse)
        let run = VersionedWarehouse.run()
        try check.save(try check.measure(), run: run, job: "nightly", milliseconds: 12)
        let kept = try warehouse.connection.value(
            """
            SELECT concat_ws(' ', job_name, kind, r.status, stream ->> 'checked_version', count(*), sum(bad))
            FROM retail_dw.etl_job_runs AS r JOIN retail_dw.data_quality_metrics USING (run)
            WHERE run = $1::uuid AND gate = 'warehouse' GROUP BY r.job_id
            """, [run])
        #expect(kept == "nightly check success 3 5 0")
    }
}
