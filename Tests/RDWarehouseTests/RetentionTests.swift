import Glibc
import RDBytes
import RDPostgres
import RDProcess
import Testing

@testable import RDWarehouse

/// Retention against a warehouse with facts of October 2010 to February 2011, ten a day, and some history.
@Suite struct RetentionTests {
    private func warehouse() throws -> Connection {
        let connection = try WarehouseServer.connectToWarehouse()
        try connection.script(
            """
            INSERT INTO retail_dw.data_versions (version_number, run, job_name, records_count, status, inserted, updated,
                unchanged, money_before, money_after)
            SELECT n, gen_random_uuid(), 'test', 0, 'committed', 0, 0, 0, 0, 0 FROM generate_series(1, 2) AS n;
            INSERT INTO retail_dw.dim_country VALUES (1, 'France', 1), (2, 'Spain', 1), (3, 'Italy', 1);
            INSERT INTO retail_dw.dim_customers
                (customer_key, country_key, customer_id, country, effective_date, expiry_date, is_current, version_id)
            VALUES (1, 1, '17850', 'France', '2010-10-01', '2010-12-01', false, 1),
                   (2, 2, '17850', 'Spain', '2010-12-01', '9999-12-31', true, 1);
            INSERT INTO retail_dw.dim_products (product_key, stock_code, version_id) VALUES (1, '85123A', 1);
            SELECT retail_dw.extend_dim_date('2010-01-01', '2011-12-31');
            """)
        for month in ["2010-10-01", "2010-11-01", "2010-12-01", "2011-01-01", "2011-02-01"] {
            try fill(month, connection)
        }
        try connection.script(
            """
            INSERT INTO retail_dw.fact_sales_archive
            SELECT *, 2 FROM retail_dw.fact_sales WHERE line_no = 1 AND date_key IN (20101005, 20110105);
            UPDATE retail_dw.fact_sales SET quantity = 2, line_total = 5.1, net_amount = 5.1, version_id = 2
            WHERE line_no = 1 AND date_key IN (20101005, 20110105);
            UPDATE retail_dw.data_versions SET money_after = (SELECT sum(net_amount) FROM retail_dw.fact_sales);
            """)
        // As autovacuum leaves a warehouse: what the planner knows of the catalogue decides in which order it looks.
        try connection.script("ANALYZE")
        return connection
    }

    private func fill(_ month: String, _ connection: Connection) throws {
        let part = try connection.value("SELECT retail_dw.create_fact_month($1::date)", [month]) ?? ""
        try connection.execute(
            """
            INSERT INTO retail_dw.\(part) (transaction_datetime, quantity, customer_key, product_key, date_key,
                country_key, version_id, line_no, unit_price, line_total, net_amount, transaction_type, invoice_no,
                source_version_id)
            SELECT t, 1, key, 1, to_char(t, 'YYYYMMDD')::integer, key, 1, n, 2.55, 2.55, 2.55, 'sale', '536365', 1
            FROM generate_series(0, 19) AS day, generate_series(1, 10) AS n,
                 LATERAL (SELECT $1::timestamp + day * interval '1 day' AS t) AS moment,
                 LATERAL (SELECT CASE WHEN t < '2010-12-01' THEN 1 ELSE 2 END AS key) AS customer
            """, [month])
        try connection.execute("SELECT retail_dw.index_fact_month($1::date)", [month])
        try connection.execute("SELECT retail_dw.attach_fact_month($1::date)", [month])
    }

    private func retain(
        _ connection: Connection, keep: Int, to destination: Retention.Destination, wait: Int = 0
    ) throws -> RetentionSummary {
        let plan = try RetentionPlan(keep: keep, in: connection)
        return try retain(connection, plan, to: destination, wait: wait)
    }

    private func retain(
        _ connection: Connection, _ plan: RetentionPlan, to destination: Retention.Destination, wait: Int = 0
    ) throws -> RetentionSummary {
        let retention = Retention(
            plan, to: destination, wait: wait, now: Clock.unixMilliseconds(), random: randomBytes(10),
            clock: Clock.monotonicNanoseconds)
        return try retention.apply(to: connection) { throw RDError(.unavailable, "no second session") }
    }

    private func state(_ connection: Connection) throws -> String? {
        try connection.value(
            """
            SELECT concat_ws(' ', (SELECT count(*) FROM retail_dw.fact_sales), (SELECT sum(net_amount) FROM retail_dw.fact_sales),
                (SELECT count(*) FROM retail_dw.fact_sales_archive), (SELECT count(*) FROM retail_dw.fact_months),
                (SELECT count(*) FROM retail_dw.data_versions), (SELECT count(*) FROM retail_dw.etl_job_runs),
                (SELECT count(*) FROM retail_dw.retention), (SELECT count(*) FROM retail_dw.dim_customers))
            """)
    }

    private let before = "1000 2555.1000 2 5 2 0 0 2"
    private let after = "400 1022.5500 1 2 3 1 1 2"

    private func names(_ folder: String) throws -> [String] {
        String(decoding: try capture("ls", ["-A", folder]).output, as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    @Test func monthsAreCountedBackFromTheNewest() throws {
        let connection = try warehouse()
        let plan = try RetentionPlan(keep: 2, in: connection)
        #expect(plan.keptFrom == "2011-01-01" && plan.newest == "2011-02")
        #expect(plan.months.map(\.month) == ["2010-10", "2010-11", "2010-12"])
        #expect(plan.facts == 600 && plan.netAmount == 15_325_500 && plan.history == 1)
        for keep in [5, 36] { #expect(try RetentionPlan(keep: keep, in: connection).isEmpty) }
        #expect(try RetentionPlan(keep: 1, in: connection).months.count == 4)
        let months = try FactMonthStatus.all(in: connection)
        #expect(months.map(\.facts) == [200, 200, 200, 200, 200] && months[0].netAmount == 5_125_500)
        #expect(months[0].first == "2010-10-01T00:00:00" && months[0].last == "2010-10-20T00:00:00")
    }

    @Test func anEmptyWarehouseHasNothingToKeep() throws {
        let plan = try RetentionPlan(keep: 1, in: WarehouseServer.connectToWarehouse())
        #expect(plan.isEmpty && plan.keptFrom == nil && plan.newest == nil)
    }

    @Test func whatIsDroppedIsInTheArchive() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        let rows =
            "SELECT md5(string_agg(f::text, ';' ORDER BY f.sales_key)) FROM retail_dw.fact_month_rows('2010-10-01') AS f"
        let wanted = try connection.value(rows)
        #expect(try state(connection) == before)
        let summary = try retain(connection, keep: 2, to: .below(home.path))
        #expect(try state(connection) == after)
        #expect(summary.version == 3 && summary.folder == "\(home.path)/archive/before-2011-01")
        #expect(summary.money == ("2555.1000", "1022.5500"))
        #expect(try names("\(home.path)/archive") == ["before-2011-01"])
        let files = try ArchiveManifest(folder: summary.folder).files
        #expect(files == summary.files && files.map(\.rows) == [200, 1, 200, 200])
        #expect(files.map(\.table) == ["fact_sales", "fact_sales_archive", "fact_sales", "fact_sales"])
        #expect(files[1].columns.suffix(2) == ["source_line", "to_version_id"])
        try connection.script("CREATE TEMP TABLE back AS SELECT * FROM retail_dw.fact_month_rows('2010-10-01')")
        try connection.copyIn("COPY back FROM STDIN (FORMAT csv, HEADER)")
        try ArchiveReader(folder: summary.folder).read(files[0]) { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        try connection.finishCopy()
        #expect(try connection.value(rows.replacing("retail_dw.fact_month_rows('2010-10-01')", with: "back")) == wanted)
        let version = try connection.execute(
            """
            SELECT kind, removed, records_count, money_before, money_after, kept_from, facts, net_amount, r.archive_uri
            FROM retail_dw.data_versions JOIN retail_dw.retention AS r USING (version_id)
            """)
        let expected = ["retention", "600", "0", "2555.1000", "1022.5500", "2011-01-01", "600", "1532.5500"]
        #expect((0..<8).map { version[0, $0] ?? "" } == expected && version[0, 8] == summary.folder)
    }

    /// A run that was killed between giving the folder its name and the commit.
    @Test func aWholeArchiveOfTheSameRowsIsTakenAsItIs() throws {
        let home = TemporaryFolder()
        for destination in [Retention.Destination.below(home.path), .folder("\(home.path)/given")] {
            let connection = try warehouse()
            let archive = try RetentionArchive(
                connection: connection, plan: RetentionPlan(keep: 2, in: connection)
            ).prove(destination)
            try archive.folder.publish()
            #expect(try state(connection) == before)
            let summary = try retain(connection, keep: 2, to: destination)
            #expect(summary.folder == archive.folder.path && summary.files == archive.files)
            #expect(try state(connection) == after)
        }
    }

    @Test func anArchiveOfOtherRowsIsLeftAlone() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        let given = "\(home.path)/archive/before-2011-01"
        let other = try warehouse()
        try other.script("UPDATE retail_dw.fact_sales SET invoice_no = '1' WHERE line_no = 3")
        _ = try retain(other, keep: 2, to: .below(home.path))
        let manifest = try ArchiveManifest(folder: given)
        let error = try #require(throws: RDError.self) { try retain(connection, keep: 2, to: .folder(given)) }
        #expect(error.exitCode == .cannotCreate && error.message.contains("holds other rows"))
        #expect(try state(connection) == before)
        #expect(try retain(connection, keep: 2, to: .below(home.path)).folder == given + ".2")
        #expect(try ArchiveManifest(folder: given) == manifest)
    }

    @Test func aDamagedArchiveOfTheSameRowsIsNotTaken() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        let archive = try RetentionArchive(connection: connection, plan: RetentionPlan(keep: 2, in: connection))
            .prove(.below(home.path))
        try archive.folder.publish()
        try writeAtomically([1, 2, 3], to: "\(archive.folder.path)/\(archive.files[0].name)")
        #expect(throws: RDError.self) { try retain(connection, keep: 2, to: .folder(archive.folder.path)) }
        #expect(try state(connection) == before)
        #expect(try retain(connection, keep: 2, to: .below(home.path)).folder == archive.folder.path + ".2")
    }

    /// Nothing is dropped under a reader of the facts or of the dimensions, which a detached month refers to by itself;
    /// nothing is left behind, and once they are done it is.
    @Test func readersAreWaitedForAndThenLeftAlone() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        let reader = try Connection(
            "host=\(connection.host) dbname=\(connection.databaseName) user=\(connection.userName)",
            applicationName: "reader")
        for table in ["fact_sales_2010_11", "dim_customers, retail_dw.dim_date"] {
            try reader.script("BEGIN; SELECT count(*) FROM retail_dw.\(table)")
            let error = try #require(throws: PostgresError.self) {
                try retain(connection, keep: 2, to: .below(home.path), wait: 1)
            }
            #expect(error.exitCode == .temporary)
            #expect(error.message.contains("process \(reader.backendPID) of the server"))
            #expect(error.remedy?.contains("--wait") == true)
            #expect(try state(connection) == before)
            #expect(try names("\(home.path)/archive") == [])
            try reader.script("ROLLBACK")
        }
        _ = try retain(connection, keep: 2, to: .below(home.path))
        #expect(try state(connection) == after)
        #expect(try reader.value("SELECT count(*) FROM retail_dw.fact_sales") == "400")
    }

    /// What is dropped is no longer a part of the fact table by then.
    @Test func monthsAreDetachedBeforeTheyAreDropped() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        try connection.script(
            """
            CREATE TABLE public.done (number integer GENERATED ALWAYS AS IDENTITY, what text, parts bigint);
            CREATE FUNCTION public.note() RETURNS event_trigger LANGUAGE plpgsql AS $$
            BEGIN
                INSERT INTO public.done (what, parts)
                SELECT tg_tag, count(*) FROM pg_inherits WHERE inhparent = 'retail_dw.fact_sales'::regclass;
            END $$;
            CREATE EVENT TRIGGER note_changes ON ddl_command_end WHEN TAG IN ('ALTER TABLE', 'DROP TABLE')
                EXECUTE FUNCTION public.note()
            """)
        _ = try retain(connection, keep: 2, to: .below(home.path))
        let done = "SELECT string_agg(what || ' ' || parts, ', ' ORDER BY number) FROM public.done"
        #expect(try connection.value(done) == "ALTER TABLE 4, ALTER TABLE 3, ALTER TABLE 2, DROP TABLE 2")
        #expect(try connection.value("SELECT to_regclass('retail_dw.fact_sales_2010_10')") == nil)
    }

    @Test func anotherLoadIsNotDisturbed() throws {
        let connection = try warehouse()
        let other = try Connection(
            "host=\(connection.host) dbname=\(connection.databaseName) user=\(connection.userName)",
            applicationName: "load")
        let home = TemporaryFolder()
        try other.script("BEGIN; SELECT pg_advisory_xact_lock(hashtext('retail_dw.load'))")
        let error = try #require(throws: RDError.self) { try retain(connection, keep: 2, to: .below(home.path)) }
        #expect(error.exitCode == .temporary)
        try connection.script("ROLLBACK")
        try other.script("ROLLBACK; BEGIN; UPDATE retail_dw.fact_sales SET quantity = 1 WHERE line_no = 4")
        let writer = try #require(throws: RDError.self) { try retain(connection, keep: 2, to: .below(home.path)) }
        #expect(writer.exitCode == .temporary && writer.message.contains("somebody else"))
        #expect(try state(connection) == before)
        try other.script("ROLLBACK")
    }

    @Test func aPlanThatIsNoLongerTrueIsNotDone() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        let plan = try RetentionPlan(keep: 2, in: connection)
        try connection.execute("UPDATE retail_dw.fact_sales SET net_amount = -net_amount WHERE line_no = 9")
        let error = try #require(throws: RDError.self) { try retain(connection, plan, to: .below(home.path)) }
        #expect(error.exitCode == .temporary && error.message.contains("changed"))
        #expect(access("\(home.path)/archive", F_OK) != 0)
    }

    @Test func aFolderThatCannotBeMadeDropsNothing() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        try writeAtomically([1], to: "\(home.path)/file")
        let error = try #require(throws: RDError.self) {
            try retain(connection, keep: 2, to: .folder("\(home.path)/file/archive"))
        }
        #expect(error.exitCode == .cannotCreate)
        #expect(try state(connection) == before)
    }

    /// A month that has history but no partition any more, since all its facts were rolled back.
    @Test func historyWithoutFactsIsArchivedToo() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        try connection.script("DROP TABLE retail_dw.fact_sales_2010_10")
        let summary = try retain(connection, keep: 2, to: .below(home.path))
        #expect(summary.files.map(\.rows) == [1, 200, 200] && summary.files[0].table == "fact_sales_archive")
        #expect(try connection.value("SELECT count(*) FROM retail_dw.fact_sales_archive") == "1")
    }

    @Test func aRollbackDoesNotBringBackWhatWasDropped() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        _ = try retain(connection, keep: 2, to: .below(home.path))
        try connection.transaction {
            try connection.execute("SELECT retail_dw.roll_back(1, gen_random_uuid(), 'test')")
        }
        #expect(
            try connection.value("SELECT concat_ws(' ', count(*), sum(net_amount)) FROM retail_dw.fact_sales")
                == "400 1020.0000")
        #expect(try connection.value("SELECT count(*) FROM retail_dw.fact_months") == "2")
        let statuses = "SELECT string_agg(left(status, 1), '' ORDER BY version_number) FROM retail_dw.data_versions"
        #expect(try connection.value(statuses) == "crcc")
        #expect(
            try connection.value("SELECT money_after FROM retail_dw.data_versions WHERE version_number = 4")
                == "1020.0000")
        #expect(try connection.value("SELECT count(*) FROM retail_dw.fact_sales_as_of(2)") == "400")
    }

    /// What the dropped facts told of a customer stays, also when a late fact has its versions made anew.
    @Test func lateFactsKeepOlderVersionsOfTheirCustomer() throws {
        let connection = try warehouse()
        let home = TemporaryFolder()
        _ = try retain(connection, keep: 2, to: .below(home.path))
        try connection.execute(
            """
            INSERT INTO retail_dw.fact_sales (transaction_datetime, quantity, customer_key, product_key, date_key,
                country_key, version_id, line_no, unit_price, line_total, net_amount, transaction_type, invoice_no,
                source_version_id)
            VALUES ('2011-01-10 12:00', 1, 2, 1, 20110110, 3, 4, 1, 1, 1, 1, 'sale', '600000', 4)
            """)
        #expect(try connection.value("SELECT facts_moved FROM retail_dw.resplit_customers('{17850}', 4)") == "300")
        let versions = try connection.value(
            """
            SELECT string_agg(country || ' ' || effective_date::date || ' ' || expiry_date::date, ', ' ORDER BY effective_date)
            FROM retail_dw.dim_customers
            """)
        #expect(
            versions == "France 2010-10-01 2010-12-01, Spain 2010-12-01 2011-01-10, Italy 2011-01-10 2011-01-11, "
                + "Spain 2011-01-11 9999-12-31")
        let strays = try connection.value(
            """
            SELECT count(*) FROM retail_dw.fact_sales AS f JOIN retail_dw.dim_customers AS c USING (customer_key)
            WHERE f.transaction_datetime < effective_date OR f.transaction_datetime >= expiry_date OR f.country_key <> c.country_key
            """)
        #expect(strays == "0")
    }
}
