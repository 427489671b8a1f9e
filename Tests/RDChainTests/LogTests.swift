import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@testable import RDChain

/// What chains write, and their results.
@Suite struct LogTests {
    @Test func keepsOutputAndErrorsInTheirOrderForTheOwnerAlone() throws {
        let chains = try Chains()
        _ = try chains.run("for i in 1 2 3; do echo out $i; echo err $i >&2; done")
        #expect(chains.output == "out 1\nerr 1\nout 2\nerr 2\nout 3\nerr 3\n")
        var status = stat()
        #expect(stat(chains.log, &status) == 0 && status.st_mode & 0o777 == 0o600)
    }

    @Test func boundsHugeOutput() throws {
        let chains = try Chains()
        var order = chains.order("yes 0123456789 | head -c 20000000; echo the end")
        order.logBytes = 1_000_000
        let result = try chains.run(order)
        #expect(result.exitCode == 0 && result.reason == nil)
        #expect(chains.text("run.log").utf8.count <= 1_000_000)
        #expect(chains.text("run.log.1").utf8.count <= 1_000_000)
        #expect(chains.text("run.log").hasSuffix("the end\n"))
    }

    /// A log that cannot be written is no reason to end a chain.
    @Test func outlivesAFullDisk() throws {
        let chains = try Chains()
        var order = chains.order("head -c 300000 /dev/zero; exit 3")
        order.log = "/dev/full"
        let result = try chains.run(order)
        #expect(result.exitCode == 3)
        #expect(result.reason == "cannot write /dev/full: No space left on device")
        order.log = chains.folder.file("no/such/folder.log")
        #expect(try chains.run(order).reason?.contains("No such file or directory") == true)
    }

    @Test func prunesTheOldestLogs() throws {
        let folder = try TemporaryFolder()
        for (index, name) in ["a.log", "b.log", "c.log.1", "c.log", "d.txt", "e.log"].enumerated() {
            let sink = try FileSink(creating: folder.file(name))
            try [UInt8](repeating: 0x78, count: 100).withUnsafeBytes { try sink.write($0) }
            try sink.close()
            let time = timespec(tv_sec: 1000 + index, tv_nsec: 0)
            #expect(utimensat(AT_FDCWD, folder.file(name), [time, time], 0) == 0)
        }
        #expect(try pruneLogs(in: folder.path, count: 4, bytes: 1000) == 1)
        #expect(folder.names == ["b.log", "c.log", "c.log.1", "d.txt", "e.log"])
        #expect(try pruneLogs(in: folder.path, count: 4, bytes: 250, keeping: [folder.file("c.log")]) == 2)
        #expect(folder.names == ["c.log", "c.log.1", "d.txt"])
    }

    @Test func readsWhatItWrites() throws {
        let folder = try TemporaryFolder()
        let stage = StageUse(
            command: "tr '\\0' \"x\"", exitCode: 3, livedMicroseconds: 2, cpuMicroseconds: 4, peakBytes: 5,
            bytesRead: 6, bytesWritten: 7,
            waitingForInput: 0.25, computing: 0.5, waitingForOutput: 0.125)
        let result = ChainResult(
            exitCode: 137, endedBy: .supervisorLost, started: 1, ended: 2, stages: [stage, StageUse(command: "cat")],
            isSampled: true, cpuMicroseconds: 8, leftovers: 9, reason: "a reason")
        let path = folder.file("result")
        #expect(try readChainResult(path) == nil)
        try writeChainResult(result, to: path)
        #expect(try readChainResult(path) == result)
        #expect(folder.names == ["result"])
        let sink = try FileSink(creating: path)
        try Array("{\"exit_code\":0}".utf8).withUnsafeBytes { try sink.write($0) }
        try sink.close()
        #expect(throws: RDError(.data, "\(path) is not the result of a chain")) { try readChainResult(path) }
    }

    @Test func handsOrdersOn() {
        let order = ChainOrder(
            text: "a\n\"b\"", isFile: true, environment: ["A=1", "B=\u{1}é"], workingDirectory: "/", nice: 3, log: "l",
            logBytes: 9, echo: true, grace: 4, timeout: 5, input: "i\n")
        #expect(KeeperOrder(KeeperOrder(order: order, result: "r").json) == KeeperOrder(order: order, result: "r"))
        #expect(KeeperOrder(["text": "a"]) == nil)
    }
}
