import RDBytes
import RDPostgres
import RDProcess
import Testing

@testable import RDWarehouse

/// What a snapshot says of sources, and manifests that cannot be true.
@Suite struct SnapshotSourceTests {
    @Test func whatASourceIsRecognisedByComesAlong() throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        try warehouse.connection.script(
            """
            UPDATE retail_dw.data_versions AS v SET is_retry = true, source_sha256 = o.source_sha256
            FROM retail_dw.data_versions AS o WHERE v.version_number = 2 AND o.version_number = 1;
            UPDATE retail_dw.data_versions SET is_opaque = true WHERE version_number = 3
            """)
        try warehouse.snapshot("latest", to: "\(folder.path)/three")
        let other = try VersionedWarehouse()
        try other.restore("\(folder.path)/three")
        let found = try other.connection.execute(
            "SELECT is_retry, is_opaque FROM retail_dw.data_versions ORDER BY version_number")
        #expect((0..<4).map { (found[$0, 0] ?? "") + (found[$0, 1] ?? "") } == ["ff", "tf", "ft", "ff"])
        let again = try other.load(1, VersionedWarehouse.december)
        #expect(again.status == .alreadyLoaded && again.version == 1)
        #expect(try other.load(3, VersionedWarehouse.correction).status == .committed)
    }

    @Test(arguments: ["9223372036854775807", "-1"])
    func countsThatNoArchiveHasAreRefused(_ rows: String) throws {
        let warehouse = try VersionedWarehouse.withThreeVersions()
        let folder = TemporaryFolder()
        let path = "\(folder.path)/three"
        try warehouse.snapshot("latest", to: path)
        let manifest = "\(path)/manifest.json"
        let text = String(decoding: try readAll(FileSource(path: manifest)), as: UTF8.self)
        for name in ["rows", "bytes", "compressed_bytes"] {
            let other = text.replacing(try Regex("\"\(name)\": ?[0-9]+"), with: "\"\(name)\":\(rows)")
            #expect(other != text)
            try writeAtomically(Array(other.utf8), to: manifest)
            let error = #expect(throws: RDError.self) { try SnapshotReader(folder: path) }
            #expect(error?.exitCode == .data, "\(name)")
        }
        let money = String(repeating: "9", count: 34)
        let other = text.replacing(try Regex("\"net_amount\": ?\"[0-9.]+\""), with: "\"net_amount\":\"\(money).0\"")
        try writeAtomically(Array(other.utf8), to: manifest)
        #expect(throws: RDError.self) { try SnapshotReader(folder: path) }
    }
}
