/// How two filters that follow each other are joined, as far as the ends that each of them sees can tell.
public enum StageJoint: Sendable {
    /// By one pipe: nothing stands between them.
    case direct
    /// Each has a pipe of its own: a program stands between them.
    case program
    /// One of the ends is not known, or is a file, which may have been written and read at any time by anybody.
    case unknown

    /// The joint between `stage` and what reads from `input`.
    public init(after stage: StreamOpen.Stage?, input: String?) {
        guard let output = stage?.channel, let input, output.hasPrefix("pipe:"), input.hasPrefix("pipe:") else {
            self = .unknown
            return
        }
        self = output == input ? .direct : .program
    }
}
