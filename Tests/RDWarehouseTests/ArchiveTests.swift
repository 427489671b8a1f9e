import Glibc
import RDBytes
import RDPostgres
import RDProcess
import Testing

@testable import RDWarehouse

/// Compressed CSV files, their manifest and their folder.
@Suite struct ArchiveTests {
    private let awkward = ArchiveQuery(
        "awkward", table: "t",
        sql: """
            SELECT n, CASE n % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN E'two\\nlines, "quoted"' ELSE 'caf\u{e9}' END AS words,
                   (CASE WHEN n % 2 = 0 THEN -1 ELSE 1 END * n + 0.0625)::numeric(20, 4) AS net_amount
            FROM generate_series(1, 5000) AS n ORDER BY n
            """)

    private func text(_ folder: TemporaryFolder, _ file: ArchiveFile) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try ArchiveReader(folder: folder.path).read(file) { bytes.append(contentsOf: $0) }
        return bytes
    }

    @Test(arguments: [Compression.zstd, .gzip]) func whatIsWrittenIsReadBack(_ compression: Compression) throws {
        let folder = TemporaryFolder()
        let connection = try WarehouseServer.connect()
        let file = try ArchiveWriter(folder: folder.path, compression: compression).write(awkward, from: connection)
        #expect(file.name == "awkward" + compression.ending && file.columns == ["n", "words", "net_amount"])
        #expect(file.rows == 5000 && file.netAmount == -21_875_000)
        let bytes = try text(folder, file)
        #expect(bytes.count == file.bytes && file.compressedBytes < file.bytes / 2)
        #expect(SHA256.hex(of: String(decoding: bytes, as: UTF8.self)) == file.sha256)
        try connection.script("CREATE TEMP TABLE back (n integer, words text, net_amount numeric(20, 4))")
        try connection.copyIn("COPY back FROM STDIN (FORMAT csv, HEADER)")
        try ArchiveReader(folder: folder.path).read(file) { try connection.putCopyData($0) }
        try connection.sendCopyEnd()
        #expect(try connection.finishCopy() == 5000)
        let lost = "SELECT count(*) FROM ((\(awkward.sql)) EXCEPT ALL SELECT * FROM back) AS lost"
        #expect(try connection.value(lost) == "0")
    }

    @Test func theSameRowsGiveTheSameBytes() throws {
        let folder = TemporaryFolder()
        let connection = try WarehouseServer.connect()
        let writer = ArchiveWriter(folder: folder.path, compression: .gzip)
        let first = try writer.write(awkward, from: connection)
        #expect(try writer.write(awkward, from: connection) == first)
        let digest = try ArchiveWriter.digest(awkward, from: connection)
        #expect(digest.sha256 == first.sha256 && digest.rows == first.rows && digest.netAmount == first.netAmount)
    }

    @Test func aFileWithoutRowsIsAFile() throws {
        let folder = TemporaryFolder()
        let query = ArchiveQuery("none", table: "t", sql: "SELECT 1.5 AS net_amount WHERE false")
        let file = try ArchiveWriter(folder: folder.path, compression: .installed())
            .write(query, from: WarehouseServer.connect())
        #expect(file.rows == 0 && file.netAmount == 0 && file.bytes == 11)
        #expect(try text(folder, file) == Array("net_amount\n".utf8))
    }

    /// Every single thing that the manifest says is held against the file.
    @Test func whatDiffersFromTheManifestIsSaid() throws {
        let folder = TemporaryFolder()
        let file = try ArchiveWriter(folder: folder.path, compression: .gzip)
            .write(awkward, from: WarehouseServer.connect())
        let changes: [(String, (inout ArchiveFile) -> Void)] = [
            ("on disk", { $0.compressedSHA256 = String(repeating: "0", count: 64) }),
            ("on disk", { $0.compressedBytes += 1 }),
            ("of the text", { $0.sha256 = String(repeating: "0", count: 64) }),
            ("of the text", { $0.bytes += 1 }), ("number of rows", { $0.rows += 1 }),
            ("net amount", { $0.netAmount = 1 }),
        ]
        for (words, change) in changes {
            var changed = file
            change(&changed)
            let error = try #require(throws: RDError.self) { try ArchiveReader(folder: folder.path).verify(changed) }
            #expect(
                error.exitCode == .data && error.message.contains(words) && error.message.contains("awkward.csv.gz"))
        }
    }

    @Test func aFileThatWasCutOrIsMissingIsSaid() throws {
        let folder = TemporaryFolder()
        let file = try ArchiveWriter(folder: folder.path, compression: .gzip)
            .write(awkward, from: WarehouseServer.connect())
        let path = "\(folder.path)/\(file.name)"
        #expect(truncate(path, off_t(file.compressedBytes - 1)) == 0)
        let cut = try #require(throws: RDError.self) { try ArchiveReader(folder: folder.path).verify(file) }
        #expect(cut.exitCode == .data)
        unlink(path)
        let missing = try #require(throws: RDError.self) { try ArchiveReader(folder: folder.path).verify(file) }
        #expect(missing.exitCode == .noInput)
    }

    @Test(arguments: [Compression.zstd, .gzip]) func aFullDiskIsAnErrorAndNoSignal(_ compression: Compression) throws {
        let folder = TemporaryFolder()
        symlink("/dev/full", "\(folder.path)/big\(compression.ending)")
        let query = ArchiveQuery(
            "big", table: "t", sql: "SELECT md5(n::text), md5((-n)::text) FROM generate_series(1, 200000) AS n")
        let connection = try WarehouseServer.connect()
        let error = try #require(throws: RDError.self) {
            try ArchiveWriter(folder: folder.path, compression: compression).write(query, from: connection)
        }
        #expect(error.exitCode == .io && error.message.contains("big"))
        #expect(try connection.value("SELECT 1") == "1")
    }

    @Test func aQueryThatFailsLeavesTheConnectionUsable() throws {
        let folder = TemporaryFolder()
        let connection = try WarehouseServer.connect()
        let query = ArchiveQuery("bad", table: "t", sql: "SELECT 1 / (n - 9000) FROM generate_series(1, 20000) AS n")
        let error = try #require(throws: PostgresError.self) {
            try ArchiveWriter(folder: folder.path, compression: .gzip).write(query, from: connection)
        }
        #expect(error.sqlstate == "22012")
        #expect(try connection.value("SELECT 1") == "1")
    }

    @Test func moneyIsAddedUpWhereverTheTextIsCut() {
        let text = "a,\"x\"\"y\nz\",m\n1,\"9,9\",-0.5\n2,,12345678901234.0001\n3,\"\",7\n4,x,\n"
        for step in 1...9 {
            var tally = CSVTally(summing: 2)
            var rest = Array(text.utf8)[...]
            while !rest.isEmpty {
                rest.prefix(step).withUnsafeBytes { tally.take($0) }
                rest = rest.dropFirst(step)
            }
            #expect(tally.records == 5 && tally.sum == 123_456_789_012_405_001)
        }
    }
}

@Suite struct ArchiveFolderTests {
    private func names(_ folder: String) throws -> [String] {
        String(decoding: try capture("ls", ["-A", folder]).output, as: UTF8.self).split(separator: "\n").map(
            String.init)
    }

    private let manifest: ArchiveManifest = {
        var file = ArchiveFile()
        file.name = "a.csv.gz"
        file.table = "t"
        file.month = "2010-12"
        file.columns = ["n", "net_amount"]
        file.netAmount = -15_000
        return ArchiveManifest(kind: "retention", facts: [.init("kept_from", "2011-01-01")], files: [file, file])
    }()

    @Test func theNameComesWhenAllIsThere() throws {
        let home = TemporaryFolder()
        let folder = ArchiveFolder("\(home.path)/new/place/")
        #expect(!folder.isTaken)
        try folder.begin()
        try folder.complete(manifest)
        #expect(!folder.isTaken && access(folder.partial + "/manifest.json", F_OK) == 0)
        try folder.publish()
        #expect(folder.isTaken && folder.path == "\(home.path)/new/place")
        #expect(try ArchiveManifest(folder: folder.path) == manifest)
        #expect(try names("\(home.path)/new") == ["place"])
    }

    @Test func whatAKilledRunLeftIsReplaced() throws {
        let home = TemporaryFolder()
        let folder = ArchiveFolder("\(home.path)/a")
        try folder.begin()
        try folder.complete(manifest)
        try writeAtomically([1], to: "\(folder.partial)/old.csv.zst")
        try folder.begin()
        #expect(try names(folder.partial) == [])
    }

    @Test func whatIsNotOursIsNotRemoved() throws {
        let home = TemporaryFolder()
        let folder = ArchiveFolder("\(home.path)/a")
        try makeFolder(folder.partial)
        try writeAtomically([1], to: "\(folder.partial)/letters.txt")
        let error = try #require(throws: RDError.self) { try folder.begin() }
        #expect(error.exitCode == .cannotCreate)
        #expect(try names(folder.partial) == ["letters.txt"])
    }

    @Test func aTakenNameIsRefusedAndAnEmptyFolderIsNone() throws {
        let home = TemporaryFolder()
        let folder = ArchiveFolder("\(home.path)/a")
        try makeFolder(folder.path)
        #expect(!folder.isTaken)
        try folder.begin()
        try folder.publish()
        try writeAtomically([1], to: "\(folder.path)/x")
        try folder.begin()
        #expect(folder.isTaken)
        #expect(try #require(throws: RDError.self) { try folder.publish() }.exitCode == .cannotCreate)
    }

    @Test(arguments: ["", "[]", "{\"format\":\"another\"}", "{"]) func noManifestIsSaid(_ text: String) throws {
        let home = TemporaryFolder()
        try writeAtomically(Array(text.utf8), to: "\(home.path)/manifest.json")
        let error = try #require(throws: RDError.self) { try ArchiveManifest(folder: home.path) }
        #expect(error.exitCode == .data && error.message.contains("manifest.json"))
    }

    @Test func aNameThatLeadsElsewhereIsRefused() throws {
        let home = TemporaryFolder()
        let text = manifest.text.replacing("a.csv.gz", with: "../a.csv.gz")
        try writeAtomically(Array(text.utf8), to: "\(home.path)/manifest.json")
        #expect(throws: RDError.self) { try ArchiveManifest(folder: home.path) }
    }
}
