import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@Suite struct FilesTests {
    static func append(_ bytes: [UInt8], to file: TemporaryFile) throws {
        try bytes.withUnsafeBytes { try file.append($0) }
    }

    static func read(_ file: TemporaryFile, at offset: Int, _ count: Int) throws -> [UInt8] {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { space.deallocate() }
        try file.read(at: offset, into: space)
        return Array(space)
    }

    @Test func readsATemporaryFileAnywhere() throws {
        let folder = try TemporaryFolder()
        let file = try TemporaryFile(folder: folder.path)
        var random = SeededRandom(2)
        var all: [UInt8] = []
        for _ in 0..<50 {
            let piece = random.bytes(random.below(5000))
            try Self.append(piece, to: file)
            all += piece
            #expect(file.size == all.count)
        }
        for _ in 0..<100 {
            let start = random.below(all.count)
            let end = start + random.below(all.count - start)
            #expect(try Self.read(file, at: start, end - start) == Array(all[start..<end]))
        }
        #expect(exitCode { _ = try Self.read(file, at: all.count - 1, 2) } == .io)
        #expect(folder.names.isEmpty, "a temporary file has no name")
    }

    @Test func saysWhereATemporaryFileCannotBe() {
        let error = #expect(throws: RDError.self) { try TemporaryFile(folder: "/no/such/folder") }
        #expect(error?.exitCode == .cannotCreate)
        #expect(error?.remedy == "set TMPDIR to a folder with room")
    }

    @Test func replacesAFileAsAWhole() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.json")
        for text in ["first", "", String(repeating: "long ", count: 100_000)] {
            try writeAtomically(Array(text.utf8), to: path)
            #expect(String(decoding: try readAll(FileSource(path: path)), as: UTF8.self) == text)
        }
        #expect(folder.names == ["state.json"])
    }

    @Test func leavesNothingBehindWhereItCannotReplace() throws {
        let folder = try TemporaryFolder()
        try makeFolder(folder.file("taken/inside"))
        #expect(exitCode { try writeAtomically([1], to: folder.file("taken")) } == .cannotCreate)
        #expect(exitCode { try writeAtomically([1], to: folder.file("missing/x")) } == .cannotCreate)
        #expect(folder.names == ["taken"])
    }

    @Test func makesFoldersAndThoseAbove() throws {
        let folder = try TemporaryFolder()
        try makeFolder(folder.file("a/b/c"))
        try makeFolder(folder.file("a/b/c"))
        #expect(fileKind(open(folder.file("a/b/c"), O_RDONLY | O_CLOEXEC)) == .directory)
        _ = try FileSink(creating: folder.file("file"))
        #expect(exitCode { try makeFolder(folder.file("file/inside")) } == .cannotCreate)
    }

    @Test func knowsAFileByOnePath() throws {
        let folder = try TemporaryFolder()
        let home = canonicalPath(folder.path)
        try makeFolder(folder.file("sub"))
        try writeAtomically([], to: folder.file("file"))
        #expect(symlink(folder.file("file"), folder.file("link")) == 0)
        for spelling in ["file", "./file", "sub/../file", "//file", "link"] {
            #expect(canonicalPath("\(folder.path)/\(spelling)") == "\(home)/file")
        }
        #expect(canonicalPath(folder.file("sub/../missing")) == "\(home)/missing")
        #expect(canonicalPath("/") == "/")
    }

    @Test func findsTheCheckoutFromInsideIt() throws {
        let folder = try TemporaryFolder()
        for name in ["sql", "pipelines", ".build/debug"] { try makeFolder(folder.file(name)) }
        #expect(Folders(executables: folder.file(".build/debug")).checkout == nil)
        _ = try FileSink(creating: folder.file("Package.swift"))
        #expect(Folders(executables: folder.file(".build/debug")).checkout == folder.path)
        #expect(Folders(executables: "/usr/bin").checkout == nil)
        #expect(Folders(executables: "relative").checkout == nil)
    }
}

@Suite struct ClockTests {
    @Test func writesMomentsInUTC() {
        #expect(Clock.iso8601(0) == "1970-01-01T00:00:00.000Z")
        #expect(Clock.iso8601(1_700_000_000_007) == "2023-11-14T22:13:20.007Z")
        #expect(Clock.iso8601(951_782_399_999) == "2000-02-28T23:59:59.999Z")
    }

    @Test func neverRunsBackwards() {
        let first = Clock.monotonicNanoseconds()
        let second = Clock.monotonicNanoseconds()
        #expect(second >= first)
    }

    @Test func makesOtherBytesEachTime() {
        #expect(randomBytes(16) != randomBytes(16))
        #expect(randomBytes(0).isEmpty)
    }
}
