import Glibc
import RDBytes
import RDProcess
import RDTesting
import Testing

@testable import RDChain

/// Chains that are ended, and what they leave: no process stays, whatever it does.
@Suite struct EndingTests {
    @Test func endsAChainAfterItsTime() throws {
        let chains = try Chains()
        var order = chains.order("sleep 100 | cat")
        order.timeout = 0
        let result = try chains.run(order)
        #expect(result.endedBy == .timeout)
        #expect(result.stages.map(\.exitCode) == [143, 143])
    }

    @Test func endsAChainOnRequest() throws {
        let chains = try Chains()
        let handle = try chains.start(
            chains.order("(trap 'echo bye; exit 9' TERM; echo on > up; while :; do sleep 0.01; done)"))
        chains.await("on", in: "up")
        handle.terminate()
        let result = try chains.finish(handle)
        #expect(result.endedBy == .cancelled && result.exitCode == 9)
        #expect(chains.output.hasSuffix("bye\n"))
    }

    @Test func killsWhatIgnoresTheRequest() throws {
        let chains = try Chains()
        let handle = try chains.start(
            chains.order("(trap '' TERM; echo $BASHPID > up; while :; do sleep 0.01; done) | cat", grace: 0))
        chains.await("\n", in: "up")
        handle.terminate()
        let result = try chains.finish(handle)
        #expect(result.endedBy == .cancelled && result.stages[0].exitCode == 137)
        #expect(isGone(chains.processes("up")[0]))
    }

    @Test func killsAtOnce() throws {
        let chains = try Chains()
        let handle = try chains.start(
            chains.order("(trap '' TERM; echo on > up; while :; do sleep 0.01; done)", grace: 600))
        chains.await("on", in: "up")
        handle.kill()
        #expect(try chains.finish(handle).exitCode == 137)
    }

    /// A daemon in every way there is: in the background, of a session of its own, of a parent that went away, with its
    /// descriptors closed, with TERM ignored.
    @Test(arguments: [
        "sleep 600 & echo $! > pids", "setsid sleep 600 & echo $! > pids",
        "(setsid bash -c 'echo $$ > pids; exec sleep 600 > /dev/null 2>&1 < /dev/null' &) ; sleep 0.1",
        "(trap '' TERM HUP; setsid bash -c '(echo $BASHPID > pids; exec sleep 600 >&- 2>&-) &' &); sleep 0.1",
        "setsid setsid bash -c 'sleep 600 & echo $! > pids; disown'",
    ]) func findsDaemons(_ text: String) throws {
        let chains = try Chains()
        let result = try chains.run(chains.order(text, grace: 1))
        #expect(result.exitCode == 0 && result.endedBy == .itself)
        #expect(result.leftovers == 1)
        let pids = chains.processes("pids")
        #expect(pids.count == 1)
        for process in pids { #expect(isGone(process)) }
    }

    /// Each time it is looked for it is another process, whose parent has just ended.
    @Test func findsWhatHandsItselfOn() throws {
        let chains = try Chains()
        var order = chains.order(
            "hop() { if [ $1 -gt 0 ]; then hop $(($1 - 1)) & else echo $BASHPID > pids; exec sleep 600; fi; }; hop 100 &",
            grace: 0)
        let run = "hop-\(getpid())"
        order.environment.removeAll { $0 == "RD_RUN_ID=some-run" }
        order.environment.append("RD_RUN_ID=\(run)")
        let result = try chains.run(order)
        #expect(result.exitCode == 0 && result.leftovers >= 1 && result.reason == nil)
        #expect(strays(ofRun: run).isEmpty)
    }

    /// One that says it serves others too is left alone, and keeps nobody waiting.
    @Test func leavesADaemonThatSaysSo() throws {
        let chains = try Chains()
        let result = try chains.run(
            "(RD_OUTLIVES_RUN=1 setsid bash -c 'echo $$ > pids; sleep 600; true' > /dev/null 2>&1 &); "
                + "until [ -s pids ]; do sleep 0.01; done")
        #expect(result.exitCode == 0 && result.leftovers == 0)
        let daemon = try #require(chains.processes("pids").first)
        #expect(ProcessStat(daemon)?.hasEnded == false)
        for process in [daemon] + descendants(of: daemon) { kill(process, SIGKILL) }
    }

    @Test func letsAProcessSubstitutionEnd() throws {
        let chains = try Chains()
        let result = try chains.run("echo text | tee >(sleep 0.2; cat > copy) > /dev/null")
        #expect(result.leftovers == 0)
        #expect(chains.text("copy") == "text\n")
    }

    @Test func endsWhatForksWithoutEnd() throws {
        let chains = try Chains()
        let handle = try chains.start(
            chains.order("f() { trap '' TERM; echo on > up; sleep 0.02; f & }; f; wait", grace: 0))
        chains.await("on", in: "up")
        handle.terminate()
        let result = try chains.finish(handle)
        #expect(result.reason == nil)
        #expect(children(of: handle.keeper).isEmpty)
    }

    @Test func endsWhatIsStopped() throws {
        let chains = try Chains()
        let handle = try chains.start(chains.order("(echo on > up; kill -STOP $BASHPID) | cat", grace: 600))
        chains.await("on", in: "up")
        handle.terminate()
        #expect(try chains.finish(handle).stages.map(\.exitCode) == [143, 143])
    }

    /// Whoever started the chain dies: the keeper ends it and writes the result all the same.
    @Test func endsAChainWhoseSupervisorIsLost() throws {
        let chains = try Chains()
        let handle = try chains.start(chains.order("(echo $BASHPID > up; exec sleep 600) | cat"))
        chains.await("\n", in: "up")
        #expect(isAlive(keeper: handle.keeper, startTicks: handle.startTicks, bootID: handle.bootID))
        shutdown(handle.control, Int32(SHUT_RDWR))
        let result = try chains.finish(handle)
        #expect(result.endedBy == .supervisorLost && result.exitCode == 143)
        #expect(isGone(chains.processes("up")[0]))
        #expect(!isAlive(keeper: handle.keeper, startTicks: handle.startTicks, bootID: handle.bootID))
    }

    /// Even a keeper that is killed takes its stages along.
    @Test func killsItsStagesWithItself() throws {
        let chains = try Chains()
        let handle = try chains.start(chains.order("(trap '' TERM; echo $BASHPID > up; exec sleep 600) | cat"))
        chains.await("\n", in: "up")
        kill(handle.keeper, SIGKILL)
        handle.close()
        #expect(isGone(chains.processes("up")[0]))
        #expect(try readChainResult(chains.folder.file("result")) == nil)
    }

    /// What a killed keeper could not take along is found by its run.
    @Test func killsTheStraysOfALostRun() throws {
        let chains = try Chains()
        var order = chains.order("setsid sleep 600 & echo $! > up; sleep 600 | cat")
        let run = "stray-\(getpid())"
        order.environment.append("RD_RUN_ID=\(run)")
        order.environment.removeAll { $0 == "RD_RUN_ID=some-run" }
        let handle = try chains.start(order)
        chains.await("\n", in: "up")
        kill(handle.keeper, SIGKILL)
        handle.close()
        #expect(strays(ofRun: run).contains(chains.processes("up")[0]))
        #expect(killStrays(ofRun: run) >= 1)
        #expect(isGone(chains.processes("up")[0]))
        #expect(strays(ofRun: run).isEmpty)
        #expect(strays(ofRun: "another").isEmpty)
    }

    @Test func knowsAKeeperByMoreThanItsNumber() throws {
        let own = try #require(ProcessStat(getpid()))
        #expect(isAlive(keeper: getpid(), startTicks: own.startTicks, bootID: currentBootID()))
        #expect(!isAlive(keeper: getpid(), startTicks: own.startTicks + 1, bootID: currentBootID()))
        #expect(!isAlive(keeper: getpid(), startTicks: own.startTicks, bootID: "another"))
    }
}
