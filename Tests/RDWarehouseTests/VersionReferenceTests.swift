import RDBytes
import RDPostgres
import RDWarehouse
import Testing

/// How versions are named, and tags.
@Suite struct VersionReferenceTests {
    @Test(arguments: [
        "", "~", "~1", "1~x", "1~-1", "a b", "-", "é!", "latest~1~1", "1e3", String(repeating: "a", count: 101),
    ])
    func whatIsNoNameIsRefused(_ text: String) {
        let error = #expect(throws: RDError.self) { try VersionReference(text) }
        #expect(error?.exitCode == .usage)
    }

    @Test func namesMeanVersions() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        func number(_ text: String) throws -> Int { try VersionReference(text).resolveNumber(warehouse.connection) }
        try VersionTag.put("v2.0/été", on: .find(2, warehouse.connection), warehouse.connection)
        #expect(
            try ["1", "latest", "latest~", "latest~2", "v2.0/été", "v2.0/été~1", "3~0", "0"].map(number) == [
                1, 3, 2, 1, 2, 1, 3, 0,
            ])
        for (text, words) in [
            ("latest~3", "latest~3 is past the first version"), ("other", "there is no tag 'other'"),
            ("9", "there is no version 9"), ("0~1", "there is no version 0"),
        ] {
            let error = #expect(throws: RDError.self) { try number(text) }
            #expect(error?.message == words && error?.exitCode == .data)
        }
    }

    @Test func aTagIsOnOneVersionAtATime() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let connection = warehouse.connection
        let versions = try DataVersion.all(connection)
        #expect(try VersionTag.put("good", on: versions[1], connection) == nil)
        #expect(try VersionTag.put("good", on: versions[1], connection) == nil)
        let error = #expect(throws: RDError.self) { try VersionTag.put("good", on: versions[0], connection) }
        #expect(error?.message == "the tag 'good' is on version 2" && error?.exitCode == .data)
        #expect(try VersionTag.put("good", on: versions[0], isMoved: true, connection) == 2)
        #expect(try DataVersion.all(connection).map(\.tags) == [["good"], [], []])
        #expect(try VersionTag.delete("good", connection) == 1)
        #expect(throws: RDError.self) { try VersionTag.delete("good", connection) }
    }

    @Test(arguments: ["latest", "12", "", "with space", "~", "a~1", "-x"]) func someWordsCannotBeTags(_ tag: String)
        throws
    {
        let warehouse = try VersionedWarehouse()
        try warehouse.load(1, VersionedWarehouse.december)
        let version = try DataVersion.find(1, warehouse.connection)
        let error = #expect(throws: RDError.self) { try VersionTag.put(tag, on: version, warehouse.connection) }
        #expect(error?.exitCode == .usage)
    }

    @Test func detailsTellWhatAVersionHeld() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let details = try VersionDetails(VersionReference("2"), warehouse.connection)
        #expect(details.months.map(\.month) == ["2010-12", "2011-01"] && details.months.map(\.facts) == [4, 2])
        #expect(details.dimensions.map(\.rows) == [5, 3, 5] && details.dimensions[0].members == 4)
        #expect(details.diff?.months.map(\.inserted) == [2])
        #expect(details.run?.status == "success" && details.run?.ledger.array?.isEmpty == false)
        _ = try VersionPruning.prune(warehouse.connection, .keep(1), wait: 0, reconnect: warehouse.connect)
        let pruned = try VersionDetails(VersionReference("2"), warehouse.connection)
        #expect(pruned.version.history == "pruned" && pruned.months.isEmpty && pruned.diff == nil)
        #expect(try VersionDetails(.latest, warehouse.connection).diff == nil)
        #expect(throws: RDError.self) {
            try VersionDiff(VersionReference("2"), VersionReference("3"), warehouse.connection)
        }
    }
}
