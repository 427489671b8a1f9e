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
}
