import Glibc
import RDChain
import RDProcess
import RDRecord
public import RDSchedule

extension ProcessMark {
    /// This process.
    public static var current: ProcessMark {
        ProcessMark(pid: getpid(), ticks: startTicks(of: getpid()) ?? 0, boot: currentBootID())
    }

    /// True while the process lives: the same number, since the same start of the machine, begun at the same moment. A
    /// process that ended and that nobody has asked after is not alive.
    public var isAlive: Bool { RDChain.isAlive(keeper: pid, startTicks: ticks, bootID: boot) }
}

/// A new run's identity: a UUID of version 7, so that names sort by time. `milliseconds` since 1970.
public func newRunIdentity(_ milliseconds: Int64) -> String {
    RunID(milliseconds: milliseconds, random: randomBytes(10)).text
}
