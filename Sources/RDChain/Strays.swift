import Glibc

/// True for a daemon that says in its environment (`RD_OUTLIVES_RUN=1`) that it was started to serve others too, such
/// as the private PostgreSQL: the run that happened to need it first is not the one to end it.
func outlivesRuns(_ process: Int32) -> Bool {
    readLong("/proc/\(process)/environ")?.split(separator: 0).contains { $0.elementsEqual("RD_OUTLIVES_RUN=1".utf8) }
        ?? false
}

/// The processes that carry `RD_RUN_ID=run` in their environment: what is left of a run whose keeper was itself killed.
/// Only those of this user are seen, and only those that kept the variable.
public func strays(ofRun run: String) -> [Int32] {
    let variable = Array("RD_RUN_ID=\(run)".utf8)
    return processNumbers().filter { process in
        guard process != getpid(), let environment = readLong("/proc/\(process)/environ") else { return false }
        return environment.split(separator: 0).contains { $0.elementsEqual(variable) }
    }
}

/// Kills the processes that `strays` finds, and those that came to this process from a keeper that was killed, until none
/// is found any more; gives how many there were. For a run that was found lost: nobody is there to ask them and to wait.
@discardableResult public func killStrays(ofRun run: String) -> Int {
    var killed: Set<ProcessKey> = []
    var emptyLooks = 0
    // A process that forks and ends while /proc is read may be missed once; one that belongs to somebody else always is.
    for _ in 0..<100 {
        let found = Set(strays(ofRun: run) + orphans()).compactMap { process in
            ProcessStat(process).flatMap { $0.hasEnded ? nil : ProcessKey(process: process, startTicks: $0.startTicks) }
        }
        emptyLooks = found.isEmpty ? emptyLooks + 1 : 0
        if emptyLooks == 3 { break }
        for key in found where signalProcess(key, SIGKILL) { killed.insert(key) }
        usleep(1000)
    }
    var status: Int32 = 0
    for key in killed { waitpid(key.process, &status, WNOHANG) }
    return killed.count
}
