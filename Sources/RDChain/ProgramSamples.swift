import Glibc

/// The programs of a chain that is not one plain pipeline, by what samples see: each name once, in the order of its
/// first sight, with the sums over its processes up to the last look at each. Names and not command lines, which may
/// hold what nobody else should read.
struct ProgramSamples {
    /// More names than that are not told apart.
    private static let mostPrograms = 64
    private(set) var programs: [StageWatch] = []
    private var places: [String: Int] = [:]
    private var living: [ProcessKey: Seen] = [:]

    private struct Seen {
        let place: Int
        var ticks: Int64
        var read: Int64
        var written: Int64
    }

    /// Looks at all processes under `keeper`.
    mutating func look(under keeper: Int32, _ nanoseconds: Int64, now: Int64) {
        let ticksPerSecond = Int64(sysconf(Int32(_SC_CLK_TCK)))
        var active: [Int: Activity] = [:]
        var still: [ProcessKey: Seen] = [:]
        for process in descendants(of: keeper) {
            guard let stat = ProcessStat(process), let activity = activity(of: process, stat) else { continue }
            let key = ProcessKey(process: process, startTicks: stat.startTicks)
            // A shell that turned into another program counts as that one from then on.
            let place = self.place(of: stat.name, now)
            var seen = living[key] ?? Seen(place: place, ticks: 0, read: 0, written: 0)
            let moved = bytesMoved(process) ?? (seen.read, seen.written)
            programs[place].cpuMicroseconds += (stat.ticks - seen.ticks) * 1_000_000 / max(1, ticksPerSecond)
            // What a process moved holds what its children did that it waited for: those of a shell count once.
            if activity != .children {
                programs[place].bytesRead += moved.read - seen.read
                programs[place].bytesWritten += moved.written - seen.written
            }
            programs[place].peakBytes = max(programs[place].peakBytes, peakMemory(process) ?? 0)
            programs[place].ended = now
            seen = Seen(place: place, ticks: stat.ticks, read: moved.read, written: moved.written)
            still[key] = seen
            if activity != .children, active[place] == nil || activity == .computing { active[place] = activity }
        }
        for (place, activity) in active { programs[place].times.add(activity, nanoseconds) }
        living = still
    }

    private mutating func place(of name: String, _ now: Int64) -> Int {
        let known = programs.count < Self.mostPrograms - 1 || places[name] != nil ? name : "others"
        if let place = places[known] { return place }
        places[known] = programs.count
        programs.append(StageWatch(command: known, process: nil, began: now))
        return programs.count - 1
    }
}
