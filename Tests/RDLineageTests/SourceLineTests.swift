import RDBytes
import RDIngest
import RDLineage
import RDProcess
import RDTesting
import Testing

@Suite struct SourceLineTests {
    /// Every record of a file, found by its line, is read as it was read in its place.
    private func check(_ texts: [[UInt8]], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let read = try ReadSource(texts)
        try #require(!read.records.isEmpty, sourceLocation: sourceLocation)
        for record in read.records {
            let line = try read.form.find(line: record["line"]?.integer ?? 0, check: .hash)
            let retold = try Retelling(line, read.form, read.ingestOnly, ourRules)
            #expect(retold.reject == nil, sourceLocation: sourceLocation)
            #expect(retold.record == record, sourceLocation: sourceLocation)
            let bytes = try readAll(FileSource(path: line.file))
            #expect(
                Array(bytes[line.offset...].prefix(line.record.count)) == line.record, sourceLocation: sourceLocation)
        }
    }

    @Test(arguments: [1, 2, 3, 4, 5]) func everyRecordIsFoundAgain(seed: UInt64) throws {
        var random = SeededRandom(seed)
        try check([Array(randomSales(40, &random).utf8)])
        try check([Array(randomSales(40, &random, lineEnd: "\r\n").utf8)])
    }

    @Test func everyRecordOfSeveralFilesIsFoundAgain() throws {
        var random = SeededRandom(6)
        try check((0..<3).map { _ in Array(randomSales(12, &random).utf8) })
    }

    @Test func recordsThatEndInCarriageReturnsAreFoundAgain() throws {
        let rows = (0..<9).map { "53636\($0),85123A,LAMP,6,12/13/2010 8:26,2.55,17850,France" }
        try check([Array(([salesHeader] + rows).joined(separator: "\r").utf8)])
    }

    @Test func recordsOfOtherEncodingsAreFoundAgain() throws {
        let rows = (0..<9).map { "53636\($0),85123A,CAF\u{E9} \u{A3}5,6,12/13/2010 8:26,2.55,17850,France" }
        let text = ([salesHeader] + rows).joined(separator: "\r\n")
        try check([text.unicodeScalars.map { UInt8($0.value) }])
        try check([[0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }])
        try check([[0xFE, 0xFF] + text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }])
        try check([[0xEF, 0xBB, 0xBF] + Array(text.utf8)])
    }

    @Test func aFileLongerThanABlockIsFoundAgain() throws {
        let rows = (0..<30_000).map { "\(500_000 + $0),85123A,LAMP,6,12/13/2010 8:26,2.55,17850,France" }
        let read = try ReadSource([Array(([salesHeader] + rows).joined(separator: "\n").utf8)])
        for line in [2, 15_000, 19_066, 30_001] {
            let found = try read.form.find(line: line, check: .hash)
            #expect(read.form.text(of: found.record) == rows[line - 2])
        }
    }
}

@Suite struct VerifiedFilesTests {
    private let rows = (0..<30_000).map { "\(500_000 + $0),85123A,LAMP,6,12/13/2010 8:26,2.55,17850,France" }
    private let later: @Sendable () -> Int64 = { Clock.unixMilliseconds() + 10_000 }

    private func readFile(_ encode: (String) -> [UInt8] = { Array($0.utf8) }) throws -> ReadSource {
        try ReadSource([encode(([salesHeader] + rows).joined(separator: "\n"))])
    }

    private func verified(_ read: ReadSource, now: @escaping @Sendable () -> Int64) -> VerifiedFiles {
        VerifiedFiles(read.folder.file("state/verified"), now: now)
    }

    /// Lines on both sides of each known offset, the first and the last.
    private func check(_ read: ReadSource) throws {
        let verified = verified(read, now: later)
        let first = try read.form.find(line: 2, check: .hash, verified: verified)
        #expect(first.checked == "sha256")
        for line in [2, 4096, 4097, 4098, 8192, 8193, 20_000, 30_001] {
            let slow = try read.form.find(line: line, check: .hash)
            let quick = try read.form.find(line: line, check: .hash, verified: verified)
            #expect(quick.record == slow.record && quick.offset == slow.offset && quick.header == slow.header)
            #expect(read.form.text(of: quick.record) == rows[line - 2])
            #expect(quick.checked.hasSuffix("unchanged since"))
        }
        #expect(throws: SourceLine.Missing.self) {
            try read.form.find(line: 30_002, check: .hash, verified: verified)
        }
    }

    @Test func linesAreFoundInAFileWhoseHashIsKnown() throws { try check(readFile()) }

    @Test func linesOfWideCharactersAreFoundToo() throws {
        try check(readFile { [0xFF, 0xFE] + $0.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } })
    }

    @Test func aFileThatChangedIsReadAgain() throws {
        let read = try readFile()
        let verified = verified(read, now: later)
        _ = try read.form.find(line: 2, check: .hash, verified: verified)
        let sink = try FileSink(creating: read.paths[0])
        let other = ([salesHeader] + rows).joined(separator: "\n").replacing("France", with: "Greece")
        try Array(other.utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        let missing = #expect(throws: SourceLine.Missing.self) {
            try read.form.find(line: 2, check: .hash, verified: verified)
        }
        #expect(missing?.why.contains("changed since it was read") == true)
    }

    @Test func aFileThatChangedJustNowIsNotKept() throws {
        let start = Clock.unixMilliseconds()
        let read = try readFile()
        let verified = verified(read, now: { start })
        for _ in 0..<2 { #expect(try read.form.find(line: 2, check: .hash, verified: verified).checked == "sha256") }
    }

    @Test func whatIsNoListOfFilesIsNoTrouble() throws {
        let read = try readFile()
        let verified = verified(read, now: later)
        try makeFolder(read.folder.file("state"))
        try writeAtomically(Array("{\"device\":1}\nx\n".utf8), to: read.folder.file("state/verified"))
        _ = try read.form.find(line: 2, check: .hash, verified: verified)
        #expect(try read.form.find(line: 9, check: .hash, verified: verified).checked != "sha256")
    }
}

@Suite struct MissingSourceTests {
    private let text = Array("\(salesHeader)\n536365,85123A,LAMP,6,12/13/2010 8:26,2.55,17850,France\n".utf8)

    private func why(_ form: SourceForm, check: SourceCheck = .hash, moved: [String] = []) -> String {
        do throws(SourceLine.Missing) {
            return "found at \(try form.find(line: 2, check: check, moved: moved).offset)"
        } catch {
            return error.why
        }
    }

    @Test func aFileThatIsGoneIsNamed() throws {
        let read = try ReadSource([text])
        removeFile(read.paths[0])
        #expect(why(read.form).hasPrefix(read.paths[0]))
        #expect(why(read.form).contains("No such file"))
    }

    @Test func aFileThatWasMovedIsFound() throws {
        let read = try ReadSource([text])
        let moved = read.folder.file("moved.csv")
        try writeAtomically(text, to: moved)
        removeFile(read.paths[0])
        #expect(why(read.form, moved: [moved]) == "found at 82")
        #expect(why(read.form, moved: [moved, moved]).contains("--source names 2"))
    }

    @Test func anotherFileIsNotTakenForTheOneThatWasRead() throws {
        let read = try ReadSource([text])
        try writeAtomically(text + [0x0A], to: read.paths[0])
        #expect(why(read.form).contains("has \(text.count + 1) bytes, the file that was read had \(text.count)"))
        var changed = text
        changed[changed.count - 2] = UInt8(ascii: "y")
        try writeAtomically(changed, to: read.paths[0])
        #expect(why(read.form).contains("changed since it was read"))
        #expect(why(read.form, check: .size) == "found at 82")
    }

    @Test func compressedFilesAreReadThrough() throws {
        let read = try ReadSource([text])
        for tool in ["gzip", "zstd", "xz"] where (try? capture(tool, ["--version"]))?.ending == .exit(0) {
            let (_, packed) = try capture(tool, ["-c", read.paths[0]])
            let path = read.folder.file("sales.\(tool)")
            try writeAtomically(packed, to: path)
            #expect(why(read.form, moved: [path]) == "found at 82")
            try writeAtomically(Array(packed.dropLast(6)), to: path)
            #expect(why(read.form, moved: [path]).contains("cannot decompress"))
        }
    }

    @Test func whatCannotBeLookedAtIsSaid() throws {
        #expect(why(SourceForm(["uri": "-"], sha256: nil, bytes: nil)).contains("standard input"))
        #expect(why(SourceForm(["uri": "-"], sha256: nil, bytes: nil), check: .off) == "not looked for")
        #expect(why(SourceForm(["uri": "/tmp"], sha256: nil, bytes: nil)).contains("directory"))
    }
}
