import CRDChain
import Glibc
import RDProcess

extension Keeper {
    /// True while a process that the chain was started as still runs.
    private var chainRuns: Bool { stages.contains { $0.ended == nil } }

    /// Takes the ends of all processes that ended: stages, and orphans of the chain.
    mutating func reap() {
        while case let child = rd_ended_child(), child > 0 {
            // Its zombie still tells what it read and wrote; nobody else can reap it.
            let moved = bytesMoved(child)
            var status: Int32 = 0
            var usage = rusage()
            guard wait4(child, &status, 0, &usage) == child else { return }
            cpuMicroseconds += microseconds(usage)
            guard let index = stages.firstIndex(where: { $0.process == child && $0.ended == nil }) else { continue }
            stages[index].end(status, usage, moved: moved, at: Clock.monotonicNanoseconds())
        }
    }

    /// Signals to the keeper: TERM, INT and HUP end the chain, QUIT kills it.
    mutating func takeSignals() {
        while case let signal = rd_next_signal(signals), signal > 0 {
            switch signal {
            case SIGCHLD: continue
            case SIGQUIT:
                end(.cancelled)
                beginKilling(lookForRest(), Clock.monotonicNanoseconds())
            default: end(.cancelled)
            }
        }
    }

    /// Notices that whoever started the chain is gone.
    mutating func takeControl() {
        guard supervisorIsThere else { return }
        var byte: UInt8 = 0
        let count = recv(control, &byte, 1, Int32(MSG_DONTWAIT))
        guard count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR) else { return }
        supervisorIsThere = false
        end(.supervisorLost)
    }

    /// Moves on to the next phase where it is time.
    mutating func step(_ now: Int64) {
        if phase == .running, let deadline, now >= deadline, chainRuns { end(.timeout) }
        if phase == .over || (phase == .running && chainRuns) { return }
        let rest = lookForRest()
        if !chainRuns, rest.isOver { phase = .over }
        switch phase {
        case .over: return
        // A process substitution may end a moment after its pipeline; only what stays is a leftover.
        case .running: phase = .settling(until: now + 1_000_000_000)
        case .settling(let until): if now >= until { endLeftovers(rest, now) }
        case .ending(let killAt): if now >= killAt { beginKilling(rest, now) } else { askToEnd(rest) }
        case .killing(let giveUpAt): if now >= giveUpAt { giveUp(rest) } else { killAll(rest) }
        }
    }

    /// Begins to end the chain, unless that has begun.
    private mutating func end(_ by: ChainEnd) {
        switch phase {
        case .running:
            if chainRuns { endedBy = by }
            beginEnding(lookForRest(), Clock.monotonicNanoseconds())
        case .settling: endLeftovers(lookForRest(), Clock.monotonicNanoseconds())
        default: return
        }
    }

    private mutating func endLeftovers(_ rest: ChainRest, _ now: Int64) {
        // Something is there even where it could not be caught in the act.
        leftovers = rest.isCertain ? rest.processes.count : max(1, rest.processes.count)
        beginEnding(rest, now)
    }

    private mutating func beginEnding(_ rest: ChainRest, _ now: Int64) {
        phase = .ending(killAt: moment(now, afterSeconds: order.grace))
        if group > 0, chainRuns { kill(-group, SIGTERM) }
        askToEnd(rest)
    }

    /// Asks every process of the chain once, also those that began since the last time. One that is stopped could not
    /// hear it and is let go on.
    private mutating func askToEnd(_ rest: ChainRest) {
        for key in rest.processes {
            guard asked.insert(key).inserted else { continue }
            signalProcess(key, SIGTERM)
            signalProcess(key, SIGCONT)
        }
    }

    private mutating func beginKilling(_ rest: ChainRest, _ now: Int64) {
        if phase == .over { return }
        if case .killing = phase { return }
        phase = .killing(giveUpAt: now + 30_000_000_000)
        killAll(rest)
    }

    /// Again and again until none is left: a process may fork while it is looked for.
    private mutating func killAll(_ rest: ChainRest) {
        if group > 0, chainRuns { kill(-group, SIGKILL) }
        for key in rest.processes { signalProcess(key, SIGKILL) }
    }

    /// What survives KILL for so long waits for a device, or belongs to somebody else.
    private mutating func giveUp(_ rest: ChainRest) {
        let left = rest.processes.map { String($0.process) }.joined(separator: ", ")
        if !left.isEmpty { reason = "cannot end process \(left)" }
        phase = .over
    }
}
