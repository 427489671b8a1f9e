import Glibc
import RDBytes
import RDPostgres
import RDProcess
import Testing

@testable import RDWarehouse

/// Versions written to files and brought back.
@Suite struct SnapshotTests {
    private func hashes(_ folder: String) throws -> [String] {
        try ArchiveManifest(folder: folder).files.filter { $0.table != "data_versions" }.map {
            "\($0.name) \($0.sha256)"
        }
    }

    private func names(_ folder: String) throws -> [String] {
        String(decoding: try capture("ls", ["-A", folder]).output, as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    @Test func aRestoredVersionHasTheSameFiles() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let state = try warehouse.state(asOf: 2)
        let snapshot = try warehouse.snapshot("2", to: "\(folder.path)/two")
        #expect(snapshot.isNew && snapshot.manifest["facts"]?.integer == 6)
        #expect(try names(folder.path) == ["two"])
        try warehouse.rollBack(to: 1)
        let change = try warehouse.restore("\(folder.path)/two")
        #expect(change.status == .committed && change.version == 5 && change.target == 2 && change.inserted == 2)
        #expect(try warehouse.state() == state && warehouse.statuses() == "ccrrc")
        try warehouse.snapshot("latest", to: "\(folder.path)/again")
        #expect(try hashes("\(folder.path)/again") == hashes("\(folder.path)/two"))
        #expect(try warehouse.restore("\(folder.path)/two").status == .unchanged)
        try warehouse.rollBack(to: 3)
        #expect(try warehouse.state() == warehouse.state(asOf: 3))
    }

    @Test func rowsThatAreTheSameStayUntouched() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        try warehouse.snapshot("2", to: "\(folder.path)/two")
        let change = try warehouse.restore("\(folder.path)/two")
        #expect((change.inserted, change.updated, change.removed) == (0, 2, 0))
        let versions = try warehouse.connection.value(
            "SELECT string_agg(version_id::text, ' ' ORDER BY sales_key) FROM retail_dw.fact_sales")
        #expect(versions?.split(separator: " ").filter { $0 == "4" }.count == 2)
    }

    @Test func anEmptyWarehouseGetsTheVersionsToo() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/three"
        try warehouse.rollBack(to: 1)
        try warehouse.rollBack(to: 3)
        try warehouse.snapshot("latest", to: path)
        let other = try VersionedWarehouse()
        #expect(try other.restore(path, isPlan: true).diff.months.map(\.inserted) == [4, 2])
        #expect(try DataVersion.all(other.connection).isEmpty)
        let change = try other.restore(path)
        #expect(change.version == 6 && change.inserted == 6 && change.moneyBefore == "0.0000")
        #expect(try other.statuses() == "cccrcc")
        #expect(
            try DataVersion.all(other.connection).map(\.history) == [
                "pruned", "pruned", "pruned", "pruned", "archived", "kept",
            ])
        #expect(try DataVersion.find(5, other.connection).archive == path)
        try other.snapshot("latest", to: "\(folder.path)/again")
        #expect(try hashes("\(folder.path)/again") == hashes(path))
        let sources =
            "SELECT string_agg(v.version_number::text, ' ' ORDER BY f.sales_key) FROM retail_dw.fact_sales AS f "
            + "JOIN retail_dw.data_versions AS v ON v.version_id = f.source_version_id"
        #expect(try other.connection.value(sources) == warehouse.connection.value(sources))
        #expect(try other.load(3, VersionedWarehouse.correction).status == .alreadyLoaded)
        let more = [VersionedWarehouse.sale("550000", "71053", "2011-03-01T10:00:00", "17850", "France", 1, 33_900)]
        #expect(try other.load(9, more).facts.inserted == 1)
        #expect(throws: RDError.self) { try other.rollBack(to: 5) }
        try other.rollBack(to: 6)
        try other.snapshot("latest", to: "\(folder.path)/back")
        #expect(try hashes("\(folder.path)/back") == hashes(path))
    }

    @Test func aWarehouseWithOtherVersionsIsRefused() throws {
        let folder = TemporaryFolder()
        try VersionedWarehouse.withThreeVersions().snapshot("2", to: "\(folder.path)/two")
        let other = try VersionedWarehouse()
        try other.load(1, VersionedWarehouse.december)
        let before = try other.everything()
        let error = #expect(throws: RDError.self) { try other.restore("\(folder.path)/two") }
        #expect(error?.exitCode == .data && error?.message.contains("another warehouse: version 1") == true)
        #expect(try other.everything() == before)
    }

    @Test func aPlanChangesNothing() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        try warehouse.snapshot("1", to: "\(folder.path)/one")
        let before = try warehouse.everything()
        let plan = try warehouse.restore("\(folder.path)/one", isPlan: true)
        #expect(plan.status == .planned && plan.diff.months.map(\.removed) == [0, 2])
        #expect(try warehouse.everything() == before)
    }

    @Test func monthsThatWereDroppedComeBack() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let state = try warehouse.state()
        try warehouse.snapshot("latest", to: "\(folder.path)/three")
        let plan = try RetentionPlan(keep: 1, in: warehouse.connection)
        _ = try Retention(
            plan, to: .folder("\(folder.path)/old"), wait: 0, now: Clock.unixMilliseconds(), random: randomBytes(10),
            clock: Clock.monotonicNanoseconds
        ).apply(to: warehouse.connection, reconnect: warehouse.connect)
        #expect(try warehouse.state() != state)
        let change = try warehouse.restore("\(folder.path)/three")
        #expect(change.inserted == 4)
        #expect(try warehouse.state() == state)
        let error = #expect(throws: RDError.self) { try SnapshotReader(folder: "\(folder.path)/old") }
        #expect(error?.exitCode == .data && error?.message.contains("of kind 'retention'") == true)
    }

    @Test func filesThatDifferAreNamedAndNothingIsChanged() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/one"
        try warehouse.snapshot("1", to: path)
        let before = try warehouse.everything()
        let file = try #require(try ArchiveManifest(folder: path).files.first { $0.table == "dim_products" }).name
        func refusal() throws -> RDError? {
            let error = #expect(throws: RDError.self) { try warehouse.restore(path) }
            #expect(try warehouse.everything() == before)
            return error
        }
        let good = try readAll(FileSource(path: "\(path)/\(file)"))
        var bad = good
        bad[bad.count / 2] ^= 1
        try writeAtomically(bad, to: "\(path)/\(file)")
        let tampered = try refusal()
        #expect(tampered?.exitCode == .data && tampered?.message.contains(file) == true)
        removeFile("\(path)/\(file)")
        let missing = try refusal()
        #expect(missing?.exitCode == .noInput && missing?.message.contains(file) == true)
        try writeAtomically(good, to: "\(path)/\(file)")
        let manifest = "\(path)/manifest.json"
        let text = String(decoding: try readAll(FileSource(path: manifest)), as: UTF8.self)
        try writeAtomically(Array(text.replacing("\"facts\": 4", with: "\"facts\": 5").utf8), to: manifest)
        #expect(try refusal()?.message.contains("contradicts itself") == true)
        let renamed = text.replacing("\"is_note\"", with: "\"is_nose\"")
        try writeAtomically(Array(renamed.utf8), to: manifest)
        #expect(try refusal()?.message.contains("has other columns") == true)
        try writeAtomically(Array("{}".utf8), to: manifest)
        #expect(try refusal()?.exitCode == .data)
        removeFile(manifest)
        #expect(try refusal()?.exitCode == .noInput)
    }

    @Test func aFolderThatIsThereIsRefusedUnlessToldOtherwise() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/state"
        try warehouse.snapshot("1", to: path)
        for conflict in [Snapshot.Conflict.refuse, .adopt] {
            let error = #expect(throws: RDError.self) { try warehouse.snapshot("2", to: path, ifThere: conflict) }
            #expect(error?.exitCode == .cannotCreate)
        }
        #expect(try SnapshotReader(folder: path).version == 1)
        #expect(try warehouse.snapshot("1", to: path, ifThere: .adopt).isNew == false)
        #expect(try warehouse.snapshot("2", to: path, ifThere: .replace).isNew)
        #expect(try SnapshotReader(folder: path).version == 2)
        try SnapshotReader(folder: path).verify()
        #expect(try names(folder.path) == ["state"])
        try makeFolder("\(folder.path)/mine")
        try writeAtomically([], to: "\(folder.path)/mine/letter")
        #expect(throws: RDError.self) { try warehouse.snapshot("2", to: "\(folder.path)/mine", ifThere: .replace) }
        #expect(try names("\(folder.path)/mine") == ["letter"])
    }

    @Test func whatARunThatWasKilledLeftIsReplaced() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/state"
        try makeFolder(path + ".partial")
        try writeAtomically([1, 2, 3], to: path + ".partial/fact_sales_2010-12.csv.zst")
        try warehouse.snapshot("1", to: path)
        try SnapshotReader(folder: path).verify()
        #expect(try names(folder.path) == ["state"])
    }

    @Test func aSnapshotSeesOneStateWhileLoadsGoOn() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let snapshot = try Snapshot.write(
            .latest,
            to: { _ in
                let more = [
                    VersionedWarehouse.sale("550000", "71053", "2010-12-09T10:00:00", "17850", "Italy", 1, 33_900)
                ]
                _ = try? warehouse.load(9, more)
                return "\(folder.path)/three"
            }, createdAt: Clock.nowText(), try warehouse.connect())
        #expect(try DataVersion.latest(warehouse.connection)?.number == 4)
        #expect(snapshot.version.number == 3 && snapshot.manifest["facts"]?.integer == 6)
        try warehouse.snapshot("3", to: "\(folder.path)/later")
        #expect(try hashes("\(folder.path)/later") == hashes("\(folder.path)/three"))
    }
}
