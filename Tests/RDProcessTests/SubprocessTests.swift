import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

/// One at a time: a program that is started between a pipe's making and its marking would hold it open.
@Suite(.serialized) struct SubprocessTests {
    /// Runs `script` with its input from and its output to `/dev/null`.
    static func shell(_ script: String) throws -> Subprocess {
        let null = open("/dev/null", O_RDWR | O_CLOEXEC)
        defer { closeDescriptor(null) }
        return try Subprocess("sh", ["-c", script], input: null, output: null)
    }

    @Test func tellsHowAProgramEnded() throws {
        #expect(try Self.shell("exit 0").wait() == .exit(0))
        #expect(try Self.shell("exit 65").wait() == .exit(65))
        #expect(try Self.shell("kill -KILL $$").wait() == .signal(SIGKILL))
        let child = try Self.shell("exit 3")
        #expect(child.wait() == child.wait())
    }

    @Test func throwsWhereItDidNotEndWell() throws {
        try Self.shell("exit 0").waitForSuccess("unpacking")
        #expect(throws: RDError(.io, "unpacking: sh ended with exit code 3")) {
            try Self.shell("exit 3").waitForSuccess("unpacking")
        }
        #expect(throws: RDError(.io, "unpacking: sh was ended by signal 9")) {
            try Self.shell("kill -KILL $$").waitForSuccess("unpacking")
        }
    }

    @Test func forgivesAProgramThatWasStopped() throws {
        try Self.shell("kill -PIPE $$").waitUnlessStopped("unpacking")
        #expect(exitCode { try Self.shell("kill -PIPE $$").waitForSuccess("unpacking") } == .io)
        #expect(exitCode { try Self.shell("exit 1").waitUnlessStopped("unpacking") } == .io)
    }

    @Test func saysThatAProgramIsNotThere() throws {
        let error = #expect(throws: RDError.self) {
            try Subprocess("rd-no-such-program", [], input: 0, output: 1, remedy: "install it")
        }
        #expect(error?.exitCode == .unavailable)
        #expect(error?.remedy == "install it")
    }

    @Test func joinsInputAndOutput() throws {
        let (read, write) = try makePipe()
        let input = try pipe(of: [Array("one\n".utf8), Array("two\n".utf8)])
        let child = try Subprocess("cat", [], input: input, output: write)
        closeDescriptor(input)
        closeDescriptor(write)
        let text = try readAll(FileSource(read, name: "cat", ownsDescriptor: true))
        #expect(String(decoding: text, as: UTF8.self) == "one\ntwo\n")
        #expect(child.wait() == .exit(0))
    }

    @Test func capturesWhatAProgramWrites() throws {
        let (ending, output) = try capture("sh", ["-c", "printf 'some text'; exit 3"])
        #expect(ending == .exit(3))
        #expect(String(decoding: output, as: UTF8.self) == "some text")
        let (_, much) = try capture("sh", ["-c", "head -c 1000000 /dev/zero"])
        #expect(much.count == 1_000_000)
        #expect(exitCode { _ = try capture("rd-no-such-program", []) } == .unavailable)
    }

    /// A program must not hold open a pipe that it has nothing to do with.
    @Test func handsNoOtherDescriptorsOn() throws {
        let (read, write) = try makePipe()
        let child = try Self.shell("sleep 5")
        closeDescriptor(write)
        let rest = try readAll(FileSource(read, name: "pipe", ownsDescriptor: true))
        #expect(rest.isEmpty)
        #expect(kill(child.identifier, SIGKILL) == 0, "the program still runs")
        #expect(child.wait() == .signal(SIGKILL))
    }
}
