public import RDBytes

/// What is wrong with a schedule, a time zone or a span of time as somebody wrote it. Exit 78.
public struct ScheduleFlaw: CodedError, Equatable {
    /// What was found and what was expected.
    public let message: String
    /// What to do about it.
    public let remedy: String?
    /// Always `configuration`.
    public var exitCode: ExitCode { .configuration }

    /// A flaw that says what was found and what was expected.
    public init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
