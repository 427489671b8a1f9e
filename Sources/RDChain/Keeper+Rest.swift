import CRDChain
import Glibc

/// What a look for processes of a chain found.
struct ChainRest {
    /// Those that still run; not a daemon that was started to serve others too.
    let processes: [ProcessKey]
    /// True where no process of the chain can have been overlooked.
    let isCertain: Bool

    /// True once the chain has left nothing behind.
    var isOver: Bool { isCertain && processes.isEmpty }
}

extension Keeper {
    /// Looks for processes of the chain that still run.
    ///
    /// /proc changes while it is read: a process that forks and ends may be seen in neither shape, as its child was not
    /// there yet when the numbers were read, and it was gone itself when it was asked. So an empty list proves nothing.
    /// What does is the kernel's word that the keeper has no child at all. Where a daemon stays that may, it is this:
    /// whatever leads to a process of the chain begins with a child of the keeper, and a child that neither came nor
    /// went while /proc was read is in the list. Children come by another one's end, or under a daemon that may stay;
    /// and an end shows, as nobody but the keeper takes it.
    mutating func lookForRest() -> ChainRest {
        var processes: [ProcessKey] = []
        for _ in 0..<10 {
            reap()
            guard rd_ended_child() >= 0 else { return ChainRest(processes: [], isCertain: true) }
            let table = ProcessTable()
            processes = running(in: table)
            if rd_ended_child() == 0, !table.children(of: getpid()).isEmpty {
                return ChainRest(processes: processes, isCertain: true)
            }
        }
        return ChainRest(processes: processes.filter { ProcessStat($0.process)?.hasEnded == false }, isCertain: false)
    }

    private func running(in table: ProcessTable) -> [ProcessKey] {
        let known = Set(stages.compactMap { $0.ended == nil ? $0.process : nil })
        let roots = table.children(of: getpid()).filter { known.contains($0) || !outlivesRuns($0) }
        let first = Set(roots)
        return table.family(of: roots).compactMap { process in
            // A child of the keeper that ended is taken; one that only seems so has threads that still run.
            guard let stat = table[process], first.contains(process) || !stat.hasEnded else { return nil }
            return ProcessKey(process: process, startTicks: stat.startTicks)
        }
    }
}
