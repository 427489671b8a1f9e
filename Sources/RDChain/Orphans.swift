import CRDChain
import Glibc

/// Makes this process the parent of what a keeper leaves behind that is itself killed, so that it can be found whatever
/// it did with its environment. Whoever does so calls `reapOrphans` from time to time.
public func adoptOrphans() { _ = rd_become_subreaper() }

/// Takes the ends of children that this process did not start, such as a server that outlived its run and ended later;
/// `own` are those that it did.
public func reapOrphans(besides own: Set<Int32>) {
    while case let child = rd_ended_child(), child > 0, !own.contains(child) {
        var status: Int32 = 0
        guard waitpid(child, &status, WNOHANG) == child else { return }
    }
}

/// Living children of this process that it did not start itself, and what is under them. What it starts is in its own
/// session or a keeper; what was under a keeper is in neither. Daemons that are meant to stay do not count.
func orphans() -> [Int32] {
    let table = ProcessTable()
    let session = getsid(0)
    let roots = table.children(of: getpid()).filter { child in
        guard let stat = table[child], !stat.hasEnded, stat.session != session else { return false }
        return !isKeeper(child, stat) && !outlivesRuns(child)
    }
    return table.family(of: roots)
}

/// `rd-sched keep` by its command line, leading its session.
private func isKeeper(_ process: Int32, _ stat: ProcessStat) -> Bool {
    let words = (readLong("/proc/\(process)/cmdline") ?? []).split(separator: 0)
    return stat.session == process && words.count == 2 && words[1].elementsEqual("keep".utf8)
}
