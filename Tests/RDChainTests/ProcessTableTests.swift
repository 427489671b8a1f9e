import Glibc
import RDProcess
import Testing

@testable import RDChain

@Suite struct ProcessTableTests {
    @Test func knowsItsOwnProcessAndItsParent() throws {
        let table = ProcessTable()
        let own = try #require(table[getpid()])
        #expect(own.parent == getppid())
        #expect(own.startTicks == ProcessStat(getpid())?.startTicks)
        #expect(table.children(of: getppid()).contains(getpid()))
        #expect(processNumbers().contains(getpid()))
    }

    @Test func givesParentsBeforeTheirChildren() throws {
        let chains = try Chains()
        let handle = try chains.start(chains.order("bash -c 'bash -c \"echo on > up; sleep 600; true\"; true'; true"))
        chains.await("on", in: "up")
        let table = ProcessTable()
        let roots = table.children(of: handle.keeper)
        let family = table.family(of: roots)
        handle.kill()
        _ = try chains.finish(handle)
        #expect(roots.count == 1)
        // The three shells; sleep may have come a moment later.
        #expect(family.count >= 3)
        for (place, process) in family.enumerated().dropFirst() {
            let parent = try #require(table[process]?.parent)
            #expect(family[..<place].contains(parent))
        }
    }
}
