import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@testable import RDChain

/// Chains that end by themselves, well or badly.
@Suite struct ChainTests {
    @Test func runsAPipelineAndTellsOfEachStage() throws {
        let chains = try Chains()
        let result = try chains.run("head -c 3000000 /dev/zero | tr '\\0' x | wc -c")
        #expect(result.exitCode == 0)
        #expect(result.endedBy == .itself)
        #expect(!result.isSampled && result.leftovers == 0 && result.reason == nil)
        #expect(result.stages.map(\.command) == ["head -c 3000000 /dev/zero", "tr '\\0' x", "wc -c"])
        #expect(result.stages.map(\.exitCode) == [0, 0, 0])
        #expect(chains.output == "3000000\n")
        let middle = result.stages[1]
        #expect(middle.bytesRead >= 3_000_000 && middle.bytesWritten >= 3_000_000)
        #expect(middle.bytesWritten < 3_100_000)
        #expect(result.stages[2].bytesRead >= 3_000_000 && result.stages[2].bytesWritten < 1000)
        #expect(result.cpuMicroseconds == result.stages.reduce(0) { $0 + $1.cpuMicroseconds })
        #expect(result.started > 0 && result.ended > result.started)
    }

    @Test func givesTheCodeOfTheStageThatFailed() throws {
        let chains = try Chains()
        let result = try chains.run("(exit 66) | (cat; exit 76) | cat")
        #expect(result.exitCode == 66)
        #expect(result.stages.map(\.exitCode) == [66, 76, 0])
        // As bash has it, where both failed by themselves.
        #expect(try chains.run("(exit 3) | (exit 4) | true").exitCode == 4)
        #expect(try chains.run("yes | head -n 1").stages.map(\.exitCode) == [141, 0])
        #expect(try chains.run("yes | (read x; exit 75)").exitCode == 75)
    }

    @Test func givesTheFirstStageItsInput() throws {
        let chains = try Chains()
        var order = chains.order("cat | tr a-z A-Z")
        order.input = "some text\n"
        #expect(try chains.run(order).exitCode == 0)
        #expect(chains.output == "SOME TEXT\n")
        order.text = "read line; echo \"$line again\""
        #expect(try chains.run(order).exitCode == 0)
        #expect(chains.output.hasSuffix("some text again\n"))
    }

    @Test func seesAMiddleFilterKilled() throws {
        let chains = try Chains()
        let handle = try chains.start(
            chains.order("sleep 60 | (echo $BASHPID > middle; exec cat) | (cat; exit 76)"))
        chains.await("\n", in: "middle")
        kill(chains.processes("middle")[0], SIGKILL)
        kill(try #require(children(of: handle.keeper).first), SIGTERM)
        let result = try chains.finish(handle)
        #expect(result.stages.map(\.exitCode) == [143, 137, 76])
        #expect(result.exitCode == 137)
    }

    @Test func saysThatACommandIsMissing() throws {
        let chains = try Chains()
        let result = try chains.run("rd-no-such-program | cat")
        #expect(result.exitCode == 127)
        #expect(chains.output.contains("rd-no-such-program: command not found"))
        var order = chains.order("true")
        order.workingDirectory = chains.folder.file("missing")
        #expect(try chains.run(order).exitCode == 126)
        #expect(chains.output.contains("missing: No such file or directory"))
    }

    /// A chain of which nothing, or not everything, can be started has failed, and may go well another time.
    @Test(arguments: [6, 9]) func saysThatAChainCannotBeStarted(_ descriptors: Int) throws {
        let chains = try Chains()
        let keeper = ["/bin/bash", "-c", "ulimit -n \(descriptors); exec \"$0\" keep", Chains.keeper[0]]
        let result = try chains.finish(chains.start(chains.order("sleep 600 | cat | cat | cat | cat"), keeper: keeper))
        #expect(result.exitCode == 75)
        #expect(result.reason == "cannot make a pipe: Too many open files")
    }

    @Test func startsNothingWithoutAKeeper() throws {
        let chains = try Chains()
        #expect(throws: RDError(.temporary, "cannot start a keeper: No such file or directory")) {
            try chains.start(chains.order("true"), keeper: [chains.folder.file("missing")])
        }
    }

    @Test func takesATextForWhatItIs() throws {
        let chains = try Chains()
        #expect(try chains.run("-x | cat").exitCode == 127)
        #expect(chains.output.contains("-x: command not found"))
        #expect(try chains.run("-x; exit 3").exitCode == 3)
    }

    @Test func runsWhatIsNoPlainPipelineAsOneShell() throws {
        let chains = try Chains()
        let result = try chains.run("x=3; for i in 1 2; do echo $i; sleep 0.1; done | cat; exit $x")
        #expect(result.exitCode == 3)
        #expect(result.isSampled)
        #expect(result.stages.contains { $0.command == "sleep" && $0.exitCode == nil })
        #expect(chains.output == "1\n2\n")
        #expect(try chains.run("true; false | true").exitCode == 1, "without pipefail it would be 0")
    }

    @Test func tellsNoPasswordOfAStage() throws {
        let chains = try Chains()
        let result = try chains.run("true 'postgresql://u:hunter2@h/db?token=abc' | cat")
        #expect(result.exitCode == 0)
        #expect(result.stages.map(\.command) == ["true 'postgresql://u:***@h/db?token=***'", "cat"])
    }

    @Test func runsAFile() throws {
        let chains = try Chains()
        let path = chains.folder.file("pipeline.sh")
        let sink = try FileSink(creating: path)
        try Array("cat | tr a b; false | true\n".utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        var order = chains.order(path)
        order.isFile = true
        let result = try chains.run(order)
        #expect(result.exitCode == 1 && result.isSampled)
        order.text = chains.folder.file("missing.sh")
        #expect(try chains.run(order).exitCode == 127)
    }

    @Test func inheritsNothingByAccident() throws {
        let chains = try Chains()
        let (read, write) = try makePipe()
        defer {
            closeDescriptor(read)
            closeDescriptor(write)
        }
        _ = fcntl(write, F_SETFD, 0)
        let result = try chains.run("env | sort; ls /proc/$BASHPID/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status; cat")
        // The two that the C library keeps for itself, and lets no program have, do not count.
        let output = chains.output.replacing("SigIgn:\t0000000180000000", with: "SigIgn:\t0000000000000000")
        #expect(result.exitCode == 0, "its input is empty")
        #expect(
            output.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("_=") } == [
                "HERE=\(chains.folder.path)", "PATH=/usr/local/bin:/usr/bin:/bin", "PWD=\(chains.folder.path)",
                "RD_RUN_ID=some-run", "SHLVL=1", "0", "1", "2", "SigBlk:\t0000000000000000",
                "SigIgn:\t0000000000000000",
            ])
    }

    @Test func runsInAGroupOfItsOwnAndStepsBack() throws {
        let chains = try Chains()
        var order = chains.order("cut -d ' ' -f 5,19 /proc/self/stat | cat; cut -d ' ' -f 5 /proc/$$/stat")
        order.nice = 7
        _ = try chains.run(order)
        let lines = chains.output.split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
        #expect(lines.count == 3 && lines[0] == lines[2] && lines[1] == 7)
        #expect(lines.first != getpgrp())
    }

    @Test func survivesThatAChainClosesItsOutputs() throws {
        let chains = try Chains()
        let result = try chains.run("exec >&- 2>&-; sleep 0.05; exit 4")
        #expect(result.exitCode == 4)
        #expect(chains.output.isEmpty)
    }

    @Test func waitsNoLongerThanTimeGoes() {
        #expect(moment(5, afterSeconds: 2) == 2_000_000_005)
        #expect(moment(5, afterSeconds: .max) == .max)
        #expect(moment(.max - 1, afterSeconds: 1) == .max)
    }

    @Test func findsTheBottleneck() throws {
        let chains = try Chains()
        let result = try chains.run("head -c 20000000 /dev/zero | (sleep 0.5; cat) | cat > /dev/null")
        #expect(result.bottleneck == 1)
        #expect(result.stages[0].waitingForOutput > 0.5)
        #expect(result.stages[2].waitingForInput > 0.5)
        #expect(result.stages[1].waitingForInput < 0.5 && result.stages[1].waitingForOutput < 0.5)
    }
}
