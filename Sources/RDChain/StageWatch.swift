import Glibc
import RDBytes

/// What is known of a stage, or of a program that samples saw, while it runs.
struct StageWatch {
    let command: String
    /// Its first process; nil for programs that samples saw, which are many processes one after another.
    let process: Int32?
    let began: Int64
    var ended: Int64?
    var exitCode: Int32?
    var cpuMicroseconds: Int64 = 0
    var peakBytes: Int64 = 0
    var bytesRead: Int64 = 0
    var bytesWritten: Int64 = 0
    var times = ActivityTimes()

    init(command: String, process: Int32?, began: Int64) {
        self.command = command
        self.process = process
        self.began = began
    }

    /// What the stage used, `now` for one that nobody saw end.
    func use(now: Int64) -> StageUse {
        let lifetime = (ended ?? now) - began
        let shares = times.shares(cpu: cpuMicroseconds * 1000, lifetime: lifetime)
        return StageUse(
            // What is told of a stage is kept, and read by more people than the timetable is.
            command: Secrets.hidden(command), exitCode: exitCode, livedMicroseconds: lifetime / 1000,
            cpuMicroseconds: cpuMicroseconds, peakBytes: peakBytes, bytesRead: bytesRead, bytesWritten: bytesWritten,
            waitingForInput: shares.input,
            computing: shares.computing, waitingForOutput: shares.output)
    }

    /// Looks at what the processes of a stage do, and how much memory they have; `nanoseconds` have passed since the
    /// last look. `table` is what all stages share of it.
    mutating func look(_ nanoseconds: Int64, _ table: ProcessTable?) {
        guard let process, ended == nil else { return }
        let family = [process] + descendants(of: process, in: table)
        var seen: [Activity] = []
        for member in family {
            guard let stat = ProcessStat(member), let activity = activity(of: member, stat) else { continue }
            if activity != .children { seen.append(activity) }
            if let peak = peakMemory(member) { peakBytes = max(peakBytes, peak) }
        }
        // A stage of several processes computes where any of them does; else the first one speaks for it.
        if let activity = seen.first(where: { $0 == .computing }) ?? seen.first { times.add(activity, nanoseconds) }
    }

    /// Takes the end of the stage's process: `status` and `usage` as wait4 gives them, `moved` as its zombie tells it.
    mutating func end(_ status: Int32, _ usage: rusage, moved: (read: Int64, written: Int64)?, at now: Int64) {
        ended = now
        exitCode = exitCodeOf(status)
        cpuMicroseconds = microseconds(usage)
        peakBytes = max(peakBytes, Int64(usage.ru_maxrss) * 1024)
        bytesRead = moved?.read ?? 0
        bytesWritten = moved?.written ?? 0
    }
}

/// The exit code in a status of wait4: 128 and the number where a signal ended the process.
func exitCodeOf(_ status: Int32) -> Int32 {
    let signal = status & 0x7F
    return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
}

/// The processors' time of a process and of the children that it waited for.
func microseconds(_ usage: rusage) -> Int64 {
    let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
    return Int64(seconds) * 1_000_000 + Int64(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)
}
