import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@testable import RDChain

/// The file in which a keeper says how its chain ended.
@Suite struct ResultFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("result") }

    init() throws { folder = try TemporaryFolder() }

    private func size(_ path: String) -> Int {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : -1
    }

    @Test func aResultTakesTheRoomThatWasReserved() throws {
        try reserveChainResult(path, for: "true")
        #expect(size(path + ".new") > 4096)
        #expect(try readChainResult(path) == nil)
        let result = ChainResult(exitCode: 3, started: 1, ended: 2, stages: [StageUse(command: "true")])
        try writeChainResult(result, to: path)
        #expect(try readChainResult(path) == result)
        #expect(size(path) == result.json.text.utf8.count + 1)
        #expect(folder.names == ["result"])
    }

    @Test func roomIsGivenBack() throws {
        try reserveChainResult(path, for: "true")
        try reserveChainResult(path, for: "true")
        removeChainResult(path)
        #expect(folder.names.isEmpty)
    }

    /// A chain that could not say how it ended is not started.
    @Test func withoutRoomNothingStarts() throws {
        let chains = try Chains()
        let order = chains.order("touch \(folder.file("ran"))")
        let error = #expect(throws: RDError.self) {
            try startChain(order, result: folder.file("missing/result"), keeper: Chains.keeper)
        }
        #expect(error?.exitCode == .cannotCreate)
        #expect(folder.names.isEmpty)
    }
}
