import RDBytes

/// Who or what brought a chain to its end.
public enum ChainEnd: String, Sendable {
    /// The chain, well or badly.
    case itself
    /// The time it was given was over.
    case timeout
    /// Somebody who asked for it.
    case cancelled
    /// The process that had started it died.
    case supervisorLost = "supervisor_lost"
}

/// What one stage of a chain used.
public struct StageUse: Sendable, Equatable {
    /// Its text in the pipeline; the name of the program where the chain was sampled.
    public var command: String
    /// Its exit code, 128 and the number of a signal that ended it; nil where nobody saw it end.
    public var exitCode: Int32?
    /// How long it lived, in microseconds; from the first to the last look where the chain was sampled.
    public var livedMicroseconds: Int64
    /// The processors' time that it used, its own children included, in microseconds.
    public var cpuMicroseconds: Int64
    /// The most memory that it, or one of its children, had at a time, in bytes.
    public var peakBytes: Int64
    /// The bytes that it read, from wherever, by read(2) and its kin.
    public var bytesRead: Int64
    /// The bytes that it wrote, to wherever.
    public var bytesWritten: Int64
    /// The share of its life that it waited for something to read, 0 to 1.
    public var waitingForInput: Double
    /// The share of its life that it computed or could have, 0 to 1.
    public var computing: Double
    /// The share of its life that it waited for its output to be taken, 0 to 1. What is left to 1 it waited for
    /// something else: a server, a lock, the time.
    public var waitingForOutput: Double

    /// What a stage used.
    public init(
        command: String, exitCode: Int32? = nil, livedMicroseconds: Int64 = 0, cpuMicroseconds: Int64 = 0,
        peakBytes: Int64 = 0, bytesRead: Int64 = 0, bytesWritten: Int64 = 0, waitingForInput: Double = 0,
        computing: Double = 0, waitingForOutput: Double = 0
    ) {
        self.command = command
        self.exitCode = exitCode
        self.livedMicroseconds = livedMicroseconds
        self.cpuMicroseconds = cpuMicroseconds
        self.peakBytes = peakBytes
        self.bytesRead = bytesRead
        self.bytesWritten = bytesWritten
        self.waitingForInput = waitingForInput
        self.computing = computing
        self.waitingForOutput = waitingForOutput
    }

    /// The share of its life that it waited for neither of its neighbours, 0 to 1.
    public var busy: Double { max(0, 1 - waitingForInput - waitingForOutput) }
}

/// How a chain ended and what it used.
public struct ChainResult: Sendable, Equatable {
    /// 0, or the code of the last stage that failed by itself; 128 and the number of a signal for one that was killed.
    /// A stage that only lost its reader (141) or its writer (76) counts where none failed otherwise. What is not one
    /// plain pipeline has bash's own code.
    public var exitCode: Int32
    /// What brought it to its end.
    public var endedBy: ChainEnd
    /// When it started, in microseconds since 1970.
    public var started: Int64
    /// When the last of its processes was gone, in microseconds since 1970.
    public var ended: Int64
    /// Its stages in the order of the pipeline; the programs in the order they were seen where it was sampled.
    public var stages: [StageUse]
    /// True where the text is not one plain pipeline: the stages are what samples saw, so short ones may be missing and
    /// all figures are lower bounds.
    public var isSampled: Bool
    /// The processors' time of all processes that were waited for, in microseconds.
    public var cpuMicroseconds: Int64
    /// Processes that had to be ended after the chain itself had ended.
    public var leftovers: Int
    /// What went wrong beside the chain, in one line; nil for nothing.
    public var reason: String?

    /// A result.
    public init(
        exitCode: Int32, endedBy: ChainEnd = .itself, started: Int64, ended: Int64, stages: [StageUse] = [],
        isSampled: Bool = false, cpuMicroseconds: Int64 = 0, leftovers: Int = 0, reason: String? = nil
    ) {
        self.exitCode = exitCode
        self.endedBy = endedBy
        self.started = started
        self.ended = ended
        self.stages = stages
        self.isSampled = isSampled
        self.cpuMicroseconds = cpuMicroseconds
        self.leftovers = leftovers
        self.reason = reason
    }

    /// The stage that the others waited for: the one that was longest at work without waiting for its neighbours. Nil
    /// where no stage lived long enough to tell.
    public var bottleneck: Int? {
        let known = stages.indices.filter {
            let stage = stages[$0]
            return stage.waitingForInput + stage.computing + stage.waitingForOutput > 0
        }
        func work(_ place: Int) -> Double { stages[place].busy * Double(stages[place].livedMicroseconds) }
        return known.max { work($0) < work($1) }
    }
}

/// The exit code of a pipeline by those of its stages: that of the last one that failed, as bash's pipefail has it, but
/// for stages that only noticed the failure of another one, since it is the cause that says whether to try again. A stage whose reader went away ends with
/// 141 (128 and SIGPIPE), one whose writer did with 76; those are echoes and count only where there is nothing else.
func chainExitCode(_ codes: [Int32]) -> Int32 {
    let brokenStream = ExitCode.streamBroken.rawValue
    return codes.last { $0 != 0 && $0 != 141 && $0 != brokenStream } ?? codes.last { $0 == brokenStream }
        ?? codes.last { $0 != 0 } ?? 0
}
