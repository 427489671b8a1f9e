import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@testable import RDChain

/// A folder for chains, and what starts them: the keeper is the rd-sched that was built beside the tests.
struct Chains {
    let folder: TemporaryFolder
    static let keeper = ["\(executableFolder())/rd-sched", "keep"]

    init() throws { folder = try TemporaryFolder() }

    /// The file that gets a chain's output.
    var log: String { folder.file("run.log") }
    private var result: String { folder.file("result") }

    /// What the chain wrote.
    var output: String { (try? String(decoding: readAll(FileSource(path: log)), as: UTF8.self)) ?? "" }

    /// What stands in the file `name`.
    func text(_ name: String) -> String {
        (try? String(decoding: readAll(FileSource(path: folder.file(name))), as: UTF8.self)) ?? ""
    }

    func order(_ text: String, grace: Int = 5) -> ChainOrder {
        ChainOrder(
            text: text,
            environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "RD_RUN_ID=some-run", "HERE=\(folder.path)"],
            workingDirectory: folder.path, log: log, grace: grace)
    }

    func start(_ order: ChainOrder, keeper: [String] = Chains.keeper) throws -> ChainHandle {
        try startChain(order, result: result, keeper: keeper)
    }

    /// Waits for the end of a chain.
    func finish(_ handle: ChainHandle) throws -> ChainResult {
        var poller = pollfd(fd: handle.descriptor, events: Int16(POLLIN), revents: 0)
        while poll(&poller, 1, -1) < 0, errno == EINTR {}
        #expect(handle.close() == 0, "the keeper wrote no result")
        return try #require(try readChainResult(result))
    }

    func run(_ order: ChainOrder) throws -> ChainResult { try finish(start(order)) }

    func run(_ text: String) throws -> ChainResult { try run(order(text)) }

    /// Waits until the chain has written `word` to the file `name`.
    func await(_ word: String, in name: String) {
        while !text(name).contains(word) { usleep(2000) }
    }

    /// The processes whose ids stand in the file `name`, one a line.
    func processes(_ name: String) -> [Int32] { text(name).split(separator: "\n").compactMap { Int32($0) } }
}

/// True once no process of that id runs; waits a while for it.
func isGone(_ process: Int32) -> Bool {
    for _ in 0..<1000 {
        guard let stat = ProcessStat(process), !stat.hasEnded else { return true }
        usleep(2000)
    }
    return false
}
