import CRDChain
import Glibc
import RDBytes
import RDProcess

/// Runs one chain in a process of its own: starts it, looks what its stages do, ends it where it must, and sees to it
/// that none of its processes is left. As the subreaper of the chain it is the parent of whatever the chain leaves
/// behind, so nothing of it can hide.
struct Keeper {
    let order: ChainOrder
    /// Closed at its other end when whoever started the chain is gone.
    let control: Int32
    let signals: Int32
    let startedAt: Int64
    let began: Int64
    var log: RunLog
    var relays: [Relay] = []
    /// The processes that the chain was started as; more than one where it is a plain pipeline.
    var stages: [StageWatch] = []
    /// What samples see of a chain that is not one.
    var samples: ProgramSamples?
    var group: Int32 = 0
    var phase = Phase.running
    var endedBy = ChainEnd.itself
    var supervisorIsThere = true
    var cpuMicroseconds: Int64 = 0
    var leftovers = 0
    var reason: String?
    /// The exit code of a chain that could not be started, or not all of it.
    var startFailure: Int32?
    /// Who was asked to end.
    var asked: Set<ProcessKey> = []
    var lastLook: Int64
    var interval: Int64 = 10_000_000
    var looks = 0

    /// Where the chain is on its way; times of the clock that never jumps, in nanoseconds.
    enum Phase: Equatable {
        case running
        /// The chain has ended; what it left may still end by itself.
        case settling(until: Int64)
        /// All its processes were asked to end.
        case ending(killAt: Int64)
        case killing(giveUpAt: Int64)
        case over
    }

    init(_ order: ChainOrder, control: Int32, signals: Int32) {
        self.order = order
        self.control = control
        self.signals = signals
        startedAt = unixMicroseconds()
        began = Clock.monotonicNanoseconds()
        lastLook = began
        log = RunLog(order.log, limit: order.logBytes)
    }

    /// Runs the chain to its end.
    mutating func run() -> ChainResult {
        start()
        while phase != .over {
            wait()
            takeSignals()
            takeControl()
            for index in relays.indices { relays[index].take(into: &log) }
            reap()
            look()
            step(Clock.monotonicNanoseconds())
        }
        finishLog()
        return result()
    }

    /// Waits for the next thing to do.
    private mutating func wait() {
        var pollers = relays.map(\.waiting)
        pollers.append(pollfd(fd: signals, events: Int16(POLLIN), revents: 0))
        pollers.append(pollfd(fd: supervisorIsThere ? control : -1, events: Int16(POLLIN), revents: 0))
        let left = max(0, nextMoment() - Clock.monotonicNanoseconds())
        // Rounded up, so that the moment has come when poll returns.
        _ = poll(&pollers, nfds_t(pollers.count), Int32(clamping: (left + 999_999) / 1_000_000))
    }

    private func nextMoment() -> Int64 {
        let now = Clock.monotonicNanoseconds()
        switch phase {
        case .running: return min(lastLook + interval, deadline ?? .max)
        // What a daemon says of itself can be read only once it has become its program.
        case .settling(let until): return min(until, now + 50_000_000)
        case .ending(let killAt): return min(killAt, now + 50_000_000)
        case .killing: return now + 5_000_000
        case .over: return now
        }
    }

    var deadline: Int64? { order.timeout.map { moment(began, afterSeconds: $0) } }

    /// Looks often at first, for short chains, and less and less often later.
    private mutating func look() {
        let now = Clock.monotonicNanoseconds()
        guard phase == .running, now >= lastLook + interval else { return }
        let passed = now - lastLook
        if samples == nil {
            let table = tableForDescendants()
            for index in stages.indices { stages[index].look(passed, table) }
        } else {
            samples?.look(under: getpid(), passed, now: now)
        }
        lastLook = now
        looks += 1
        if looks > 50 { interval = min(interval * 5 / 4, 250_000_000) }
    }

    /// What the chain wrote and nobody has read yet. A reader of the copy is waited for until somebody ends the run; a
    /// daemon that still writes is not.
    private mutating func finishLog() {
        for index in relays.indices {
            // More than this no pipe holds.
            var left = 2 << 20
            while left > 0, case let taken = relays[index].takeBlock(into: &log), taken > 0 || relays[index].isHeldUp {
                left -= taken
                if taken == 0 { awaitReader(index) }
            }
            relays[index].close()
        }
        log.close()
    }

    private mutating func awaitReader(_ index: Int) {
        var pollers = [
            relays[index].waiting, pollfd(fd: signals, events: Int16(POLLIN), revents: 0),
            pollfd(fd: control, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&pollers, nfds_t(pollers.count), -1)
        while case let signal = rd_next_signal(signals), signal > 0 {
            if signal != SIGCHLD { relays[index].forgetReader() }
        }
        if pollers[2].revents != 0 { relays[index].forgetReader() }
    }

    private func result() -> ChainResult {
        let now = Clock.monotonicNanoseconds()
        let codes = stages.map { $0.exitCode ?? ExitCode.internalError.rawValue }
        let watched = samples?.programs ?? stages
        return ChainResult(
            exitCode: startFailure ?? chainExitCode(codes), endedBy: endedBy, started: startedAt,
            ended: startedAt + (now - began) / 1000,
            stages: watched.map { $0.use(now: now) }, isSampled: samples != nil, cpuMicroseconds: cpuMicroseconds,
            leftovers: leftovers, reason: reason ?? log.failure)
    }
}

/// So many seconds after `start`, in nanoseconds; the last moment there is where that does not fit.
func moment(_ start: Int64, afterSeconds seconds: Int) -> Int64 {
    let (span, isTooLong) = Int64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let (sum, isTooLate) = start.addingReportingOverflow(span)
    return isTooLong || isTooLate ? .max : sum
}

/// Microseconds since 1970.
private func unixMicroseconds() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000
}
