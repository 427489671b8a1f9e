import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@Suite struct DescriptorTests {
    @Test func readsWhatComesInShortPieces() throws {
        var random = SeededRandom(1)
        let pieces = (0..<200).map { _ in random.bytes(1 + random.below(3000)) }
        let source = FileSource(try pipe(of: pieces), name: "pipe", ownsDescriptor: true)
        #expect(try readAll(source) == pieces.flatMap { $0 })
    }

    /// A pipe holds less than what is written, so that a write goes in by parts.
    @Test func writesAllOfWhatDoesNotFitAtOnce() throws {
        let (read, write) = try makePipe()
        defer { closeDescriptor(read) }
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        startThread {
            let sink = FileSink(write, name: "pipe")
            bytes.withUnsafeBytes { all in
                try? sink.write(all)
                try? sink.close()
            }
        }
        #expect(try readAll(FileSource(read, name: "pipe")) == bytes)
    }

    @Test func failsWhereNobodyReads() throws {
        let (read, write) = try makePipe()
        closeDescriptor(read)
        defer { closeDescriptor(write) }
        let error = #expect(throws: RDError.self) {
            try withoutSIGPIPE { try [UInt8(1)].withUnsafeBytes { try FileSink(write, name: "the pipe").write($0) } }
        }
        #expect(error?.exitCode == .io)
        #expect(error?.message.hasPrefix("cannot write the pipe: ") == true)
    }

    @Test func failsWhereTheDiskIsFull() throws {
        let sink = try FileSink(creating: "/dev/full")
        let error = #expect(throws: RDError.self) {
            try [UInt8](repeating: 1, count: 100).withUnsafeBytes { try sink.write($0) }
        }
        #expect(error?.exitCode == .io)
        #expect(error?.remedy == "free space on that disk and run again")
        try sink.close()
    }

    @Test func failsWhereTheDescriptorIsClosed() throws {
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 1)
        defer { space.deallocate() }
        let readError = #expect(throws: RDError.self) { try FileSource(-1, name: "nothing").read(into: space) }
        let closeError = #expect(throws: RDError.self) { try FileSink(-1, name: "nothing").close() }
        #expect(readError?.exitCode == .io && closeError?.exitCode == .io)
    }

    @Test func refusesWhatIsNoFile() throws {
        let folder = try TemporaryFolder()
        #expect(throws: RDError.self) { try FileSource(path: folder.file("missing")) }
        #expect(exitCode { _ = try FileSource(path: folder.file("missing")) } == .noInput)
        #expect(exitCode { _ = try FileSource(path: folder.path) } == .noInput)
        #expect(exitCode { _ = try FileSink(creating: folder.file("missing/file")) } == .cannotCreate)
        #expect(exitCode { _ = try FileSink(creating: folder.path) } == .cannotCreate)
    }

    @Test func readsBackAFile() throws {
        let folder = try TemporaryFolder()
        let sink = try FileSink(creating: folder.file("data"))
        try Array("some text".utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        #expect(try readAll(FileSource(path: folder.file("data"))) == Array("some text".utf8))
    }

    @Test func knowsWhetherAReadWouldWait() throws {
        let (read, write) = try makePipe()
        let source = FileSource(read, name: "pipe", ownsDescriptor: true)
        #expect(source.wouldWait)
        _ = Glibc.write(write, "x", 1)
        #expect(!source.wouldWait)
        closeDescriptor(write)
        #expect(try readAll(source) == [UInt8(ascii: "x")])
        #expect(!source.wouldWait)
    }

    /// Both ends of a pipe have one name, and another pipe has another.
    @Test func namesTheChannelAlikeAtBothEnds() throws {
        let (read, write) = try makePipe()
        let (otherRead, otherWrite) = try makePipe()
        defer { for end in [read, write, otherRead, otherWrite] { closeDescriptor(end) } }
        #expect(channelName(read) != nil)
        #expect(channelName(read) == channelName(write))
        #expect(channelName(read) != channelName(otherRead))
        #expect(channelName(-1) == nil)
    }

    @Test func knowsWhatStandsBehindADescriptor() throws {
        let folder = try TemporaryFolder()
        let (read, write) = try makePipe()
        defer { for end in [read, write] { closeDescriptor(end) } }
        #expect(fileKind(read) == .pipe)
        #expect(fileKind(try FileSink(creating: folder.file("x")).descriptor) == .regular)
        #expect(fileKind(try FileSource(path: "/dev/null").descriptor) == .other)
        #expect(fileKind(-1) == .other)
        widenPipe(write, to: 1 << 18)
        #expect(fcntl(write, 1032) >= 1 << 16)
    }
}

/// The exit code of the error that `body` throws.
func exitCode(_ body: () throws -> Void) -> ExitCode? {
    do {
        try body()
        return nil
    } catch {
        return (error as? any CodedError)?.exitCode
    }
}
