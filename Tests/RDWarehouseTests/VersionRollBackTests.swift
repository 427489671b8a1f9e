import RDBytes
import RDPostgres
import RDWarehouse
import Testing

/// Rollback as people ask for it: plans, refusals, what it writes about itself.
@Suite struct VersionRollBackTests {
    @Test func aRollbackBringsTheStateBackAndCanBeUndone() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let states = try (1...3).map { try warehouse.state(asOf: $0) }
        #expect(try states[2] == warehouse.state() && states[0] != states[1] && states[1] != states[2])
        let change = try warehouse.rollBack(to: 1)
        #expect(change.status == .committed && change.version == 4 && change.target == 1 && change.latest == 3)
        #expect(change.inserted == 0 && change.updated == 2 && change.removed == 2)
        #expect(try warehouse.state() == states[0] && warehouse.state(asOf: 3) == states[2])
        #expect(try warehouse.statuses() == "crrc")
        try warehouse.rollBack(to: 3)
        #expect(try warehouse.state() == states[2] && warehouse.statuses() == "cccrc")
    }

    @Test func itsRunIsInTheHistory() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let change = try warehouse.rollBack(to: 2)
        let run = try warehouse.connection.execute(
            """
            SELECT r.job_name, r.status, records_processed, version_number, detail, duration >= 0
            FROM retail_dw.etl_job_runs AS r JOIN retail_dw.data_versions AS v USING (version_id) WHERE r.run = $1::uuid
            """, [change.run])
        #expect(run.rowCount == 1)
        #expect(
            (0..<6).map { run[0, $0] } == ["rollback", "success", "2", "4", "rolled back to version 2", "t"])
    }

    @Test func aPlanSaysWhatWouldBeAndChangesNothing() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let before = try warehouse.everything()
        let plan = try warehouse.rollBack(to: 1, isPlan: true)
        #expect(try warehouse.everything() == before)
        #expect(plan.status == .planned && plan.version == 4)
        #expect(plan.diff.months.map(\.month) == [201012, 201101])
        #expect(plan.diff.months.map(\.updated) == [2, 0] && plan.diff.months.map(\.removed) == [0, 2])
        #expect(plan.diff.members.contains { $0.member == "13047" && $0.change == "added" })
        #expect(plan.diff.members.contains { $0.member == "22\"752," && $0.change == "removed" })
        let done = try warehouse.rollBack(to: 1, from: plan.latest)
        #expect(done.moneyAfter == plan.moneyAfter && done.moneyBefore == plan.moneyBefore)
        #expect((done.inserted, done.updated, done.removed) == (plan.inserted, plan.updated, plan.removed))
        let difference = try VersionDiff(VersionReference("3"), VersionReference("4"), warehouse.connection)
        #expect(difference.lines.map(\.text) == plan.diff.lines.map(\.text))
    }

    @Test func thePresentVersionIsNoError() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let before = try warehouse.everything()
        #expect(try warehouse.rollBack(to: 3).status == .unchanged)
        #expect(try warehouse.everything() == before)
    }

    @Test(arguments: [(0, "the first version is 1"), (-3, "the first version is 1"), (4, "the latest is 3")])
    func versionsThatAreNotThereAreNamed(_ version: Int, _ remedy: String) throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let before = try warehouse.everything()
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: version) }
        #expect(error == RDError(.data, "there is no version \(version)", remedy: remedy))
        #expect(try warehouse.everything() == before)
    }

    @Test func anEmptyWarehouseHasNothingToGoBackTo() throws {
        let warehouse = try VersionedWarehouse()
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: 1) }
        #expect(error?.message == "the warehouse has no versions yet" && error?.exitCode == .data)
    }

    @Test func whileAnotherChangeHoldsTheLockItIsRefused() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let other = try warehouse.connect()
        try other.script("BEGIN; SELECT pg_advisory_xact_lock(hashtext('retail_dw.load'))")
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: 1) }
        #expect(error?.exitCode == .temporary && error?.message.contains("lock") == true)
        try other.script("ROLLBACK")
        let again = try Warehouse.rollBack(warehouse.connect(), to: 1, run: VersionedWarehouse.run(), job: "rollback")
        #expect(again.version == 4)
    }

    /// `latest~1` is one version back from what is the latest once the lock is there.
    @Test func aRelativeNameIsLookedUpUnderTheLock() async throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let other = try warehouse.connect()
        try other.script("BEGIN; SELECT pg_advisory_xact_lock(hashtext('retail_dw.load'))")
        let conninfo = warehouse.conninfo
        let waiting = Task.detached {
            try Warehouse.rollBack(
                Connection(conninfo, applicationName: "waiting"), to: VersionReference("latest~1"),
                run: VersionedWarehouse.run(), job: "rollback", wait: 3_600
            ) { throw RDError(.unavailable, "no other session") }
        }
        let isWaiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted)"
        while try warehouse.connection.value(isWaiting) != "t" { try await Task.sleep(for: .milliseconds(20)) }
        try other.execute("SELECT retail_dw.roll_back(1, gen_random_uuid(), 'test')")
        try other.script("COMMIT")
        let change = try await waiting.value
        #expect(change.target == 3 && change.latest == 4 && change.version == 5)
        #expect(try warehouse.state() == warehouse.state(asOf: 3))
    }

    @Test func aWarehouseThatChangedSinceItWasLookedAtIsLeftAlone() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let error = #expect(throws: RDError.self) { try warehouse.rollBack(to: 1, from: 2) }
        #expect(error?.exitCode == .temporary)
        #expect(try warehouse.statuses() == "ccc")
    }

    @Test func aSourceThatWasTakenBackCanBeLoadedAgain() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let state = try warehouse.state(asOf: 2)
        #expect(try warehouse.load(2, VersionedWarehouse.january).status == .alreadyLoaded)
        try warehouse.rollBack(to: 1)
        #expect(try warehouse.load(2, VersionedWarehouse.january).status == .committed)
        let content = try WarehouseReading(warehouse.connection).tables.map { $0.rows.map(\.content).count }
        #expect(content == state.map(\.count))
    }
}
