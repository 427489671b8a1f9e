/// The exit codes of every executable of the suite: those of `sysexits.h`, and 76 for a broken stream.
public enum ExitCode: Int32, Sendable {
    case done = 0
    /// The command line is wrong.
    case usage = 64
    /// The data are wrong, or a quality gate failed.
    case data = 65
    /// An input does not exist or cannot be read.
    case noInput = 66
    /// A service (the database, a URL) does not answer.
    case unavailable = 69
    /// A defect of the suite itself.
    case internalError = 70
    /// An output cannot be created.
    case cannotCreate = 73
    /// A read, write or close failed.
    case io = 74
    /// Worth a retry: a lock is held, a serialization failure, a connection lost before commit.
    case temporary = 75
    /// The stream ended without its `close` line.
    case streamBroken = 76
    /// Not allowed.
    case permission = 77
    /// A configuration file is wrong.
    case configuration = 78
}

/// An error that knows which exit code it deserves and says in one line what happened, where, and what to do.
public protocol CodedError: Error, CustomStringConvertible {
    /// The code that the process ends with when this error reaches its boundary.
    var exitCode: ExitCode { get }
    /// What happened and where, in one line without a full stop.
    var message: String { get }
    /// What the caller can do about it, in one line; nil where there is nothing to say.
    var remedy: String? { get }
}

extension CodedError {
    /// The message and, after a semicolon, the remedy.
    public var description: String { remedy.map { "\(message); \($0)" } ?? message }
}

/// The suite's plain error: a code, a message and a remedy.
public struct RDError: CodedError, Equatable {
    /// The code that the process ends with.
    public let exitCode: ExitCode
    /// What happened and where.
    public let message: String
    /// What to do about it.
    public let remedy: String?

    /// An error that ends the process with `exitCode`.
    public init(_ exitCode: ExitCode, _ message: String, remedy: String? = nil) {
        self.exitCode = exitCode
        self.message = message
        self.remedy = remedy
    }
}
