public import RDProcess
public import RDRecord

/// How a filter was told to behave, and what it is told of the world.
public struct FilterSetting {
    /// Write no control lines.
    public var isBare = false
    /// Give up where there were warnings.
    public var isStrict = false
    /// Records between looks at the progress.
    public var chunkSize = 1000
    /// Where event lines go.
    public var log: Log
    /// The channel behind the input; nil where it has none.
    public var inputChannel: String?
    /// The channel behind the output; nil where it has none.
    public var outputChannel: String?
    /// False for a filter that passes on what it does not understand.
    public var isExact = true
    /// Names the run of a stream that other tools began.
    public var newRun: () -> RunID
    /// The job of such a stream.
    public var job = "bare"
    /// A clock that never jumps, in nanoseconds.
    public var clock: () -> Int64 = Clock.monotonicNanoseconds

    /// Settings for a filter in a process of its own.
    public init(name: String, options: StreamOptions) {
        isBare = options.bare
        isStrict = options.strict
        chunkSize = options.chunkSize
        log = options.common.log(name)
        inputChannel = channelName(0)
        outputChannel = channelName(1)
        newRun = { RunID(milliseconds: Clock.unixMilliseconds(), random: randomBytes(10)) }
        job = environment("RD_JOB") ?? "bare"
    }
}
