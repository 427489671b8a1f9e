import RDBytes
import RDPostgres
import RDProcess
import RDWarehouse
import Testing

/// History given up, in files or for good.
@Suite struct PruningTests {
    private func prune(
        _ warehouse: VersionedWarehouse, _ bound: VersionPruning.Bound, tagged: Bool = false, isPlan: Bool = false
    ) throws -> VersionPruning {
        try VersionPruning.prune(
            warehouse.connection, bound, tagged: tagged, wait: 0, isPlan: isPlan, reconnect: warehouse.connect)
    }

    private func archive(_ warehouse: VersionedWarehouse, _ version: String, to path: String) throws -> VersionArchiving
    {
        try VersionArchiving.archive(
            VersionReference(version), to: { _ in path }, createdAt: Clock.nowText(), wait: 0, warehouse.connection,
            reconnect: warehouse.connect)
    }

    private func archived(_ warehouse: VersionedWarehouse) throws -> String? {
        try warehouse.connection.value("SELECT count(*) FROM retail_dw.fact_sales_archive")
    }

    @Test func whatOnlyThePrunedNeededGoes() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let states = try (1...3).map { try warehouse.state(asOf: $0) }
        try warehouse.rollBack(to: 1)
        #expect(try archived(warehouse) == "6")
        let before = try warehouse.everything()
        let plan = try prune(warehouse, .keep(2), isPlan: true)
        #expect(plan.status == "planned" && plan.versions == [1, 2] && plan.archivedFacts == 2)
        #expect(try warehouse.everything() == before)
        let done = try prune(warehouse, .keep(2))
        #expect(done.status == "pruned" && done.archivedFacts == 2)
        #expect(try archived(warehouse) == "4")
        #expect(try warehouse.state(asOf: 3) == states[2] && warehouse.state() == states[0])
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: 2) }
        #expect(error?.exitCode == .data && error?.message == "the history of version 2 was pruned")
        #expect(try prune(warehouse, .keep(2)).status == "nothing_to_do")
    }

    @Test func tagsAndTheLatestAreSpared() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        try VersionTag.put("good", on: .find(1, warehouse.connection), warehouse.connection)
        let done = try prune(warehouse, .before(9))
        #expect(done.versions == [2] && done.spared == [1])
        #expect(try DataVersion.all(warehouse.connection).map(\.history) == ["kept", "pruned", "kept"])
        #expect(try prune(warehouse, .before(9), tagged: true).versions == [1])
        #expect(throws: RDError.self) { try prune(VersionedWarehouse(), .keep(1)) }
    }

    @Test func anArchivedVersionComesBack() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/two"
        let state = try warehouse.state(asOf: 2)
        #expect(try archive(warehouse, "2", to: path).archivedFacts == 0)
        #expect(try archive(warehouse, "1", to: "\(folder.path)/one").archivedFacts == 2)
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: 2) }
        #expect(error?.remedy == "bring it back with: rd-version restore \(path)")
        #expect(try prune(warehouse, .keep(1)).versions == [])
        #expect(try warehouse.restore(path).version == 4)
        #expect(try warehouse.state() == state)
    }

    @Test func theLatestIsNotArchivedAndNoneTwice() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let error = #expect(throws: RDError.self) { try archive(warehouse, "latest", to: "\(folder.path)/three") }
        #expect(error?.exitCode == .data && error?.message == "version 3 is the present state, which is not archived")
        _ = try archive(warehouse, "1", to: "\(folder.path)/one")
        #expect(throws: RDError.self) { try archive(warehouse, "1", to: "\(folder.path)/other") }
    }

    @Test func anArchiveThatWasWrittenBeforeTheRunWasKilledIsTaken() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        try warehouse.snapshot("1", to: "\(folder.path)/one")
        let done = try archive(warehouse, "1", to: "\(folder.path)/one")
        #expect(!done.snapshot.isNew)
        #expect(try DataVersion.find(1, warehouse.connection).history == "archived")
        #expect(throws: RDError.self) { try archive(warehouse, "2", to: "\(folder.path)/one") }
        #expect(try DataVersion.find(2, warehouse.connection).isKept)
    }

    private static let first = VersionedWarehouse.sale("I1", "A1", "2011-01-05T10:00:00", "C1", "France", 1, 10_000)
    private static let second = VersionedWarehouse.sale("I2", "B1", "2011-01-06T10:00:00", "C2", "Spain", 2, 10_000)
    private static let third = VersionedWarehouse.sale("I3", "D1", "2011-01-07T10:00:00", "C3", "Italy", 3, 10_000)
    private static let later = VersionedWarehouse.sale("I4", "A1", "2011-02-05T10:00:00", "C1", "France", 4, 10_000)

    /// A snapshot of a load that was rolled back and pruned since, restored after another load: versions 3 to 5.
    private func restoredAfterPruning(_ folder: TemporaryFolder, forgetting: Bool = false) throws -> VersionedWarehouse
    {
        let warehouse = try VersionedWarehouse()
        try warehouse.load(1, [Self.first])
        try warehouse.load(2, [Self.second])
        try warehouse.snapshot("2", to: "\(folder.path)/two")
        try warehouse.rollBack(to: 1)
        #expect(try prune(warehouse, .before(3)).versions == [1, 2])
        if forgetting { try warehouse.connection.script("UPDATE retail_dw.surrogate_keys SET last_key = 0") }
        try warehouse.load(3, [Self.third])
        try warehouse.restore("\(folder.path)/two")
        return warehouse
    }

    private func changes(_ warehouse: VersionedWarehouse, _ before: Int, _ after: Int) throws -> [Int] {
        let months = try VersionDiff(
            VersionReference("\(before)"), VersionReference("\(after)"), warehouse.connection
        ).months
        return months.flatMap { [$0.inserted, $0.updated, $0.moved, $0.removed] }
    }

    @Test func aKeyThatWasPrunedIsNotGivenAgain() throws {
        let folder = TemporaryFolder()
        let warehouse = try restoredAfterPruning(folder)
        #expect(try changes(warehouse, 3, 5) == [1, 0, 0, 0])
        #expect(try changes(warehouse, 4, 5) == [1, 0, 0, 1])
        for (table, key, name) in [
            ("dim_customers", "customer_key", "customer_id"), ("dim_products", "product_key", "stock_code"),
            ("dim_country", "country_key", "country_name"),
        ] {
            let shared = try warehouse.connection.value(
                """
                SELECT count(*) FROM (
                    SELECT \(key) FROM (SELECT \(key), \(name) FROM retail_dw.\(table)
                                        UNION SELECT \(key), \(name) FROM retail_dw.\(table)_archive) AS given
                    GROUP BY 1 HAVING count(*) > 1) AS shared
                """)
            #expect(shared == "0", "\(table)")
        }
    }

    /// As warehouses may be that were pruned before keys were remembered.
    @Test func aKeyThatWasGivenTwiceMeansWhatItMeantThen() throws {
        let folder = TemporaryFolder()
        let warehouse = try restoredAfterPruning(folder, forgetting: true)
        let twice = try warehouse.connection.value(
            """
            SELECT count(*) FROM retail_dw.dim_customers AS c JOIN retail_dw.dim_customers_archive AS a
                USING (customer_key) WHERE a.customer_id <> c.customer_id
            """)
        #expect(twice == "1")
        #expect(try changes(warehouse, 3, 5) == [1, 0, 0, 0])
        #expect(try changes(warehouse, 4, 5) == [1, 0, 0, 1])
        let history = try warehouse.connection.execute(
            "SELECT stock_code, customer_id, country FROM retail_dw.fact_month_history('2011-01-01')")
        #expect((0..<history.rowCount).map { row in (0..<3).map { history[row, $0] } } == [["D1", "C3", "Italy"]])
        try warehouse.load(4, [Self.later])
        let retention = Retention(
            try RetentionPlan(keep: 1, in: warehouse.connection), to: .below(folder.path), wait: 0,
            now: Clock.unixMilliseconds(), random: randomBytes(10), clock: Clock.monotonicNanoseconds)
        let done = try retention.apply(to: warehouse.connection, reconnect: warehouse.connect)
        #expect(done.plan.facts == 2 && done.plan.history == 1)
    }
}
