/// One job of a timetable. Spans of time are in seconds.
public struct Job: Equatable, Sendable {
    /// Its name, which is also a file name.
    public let name: String
    /// What makes it run.
    public let trigger: Trigger
    /// The zone whose clocks its schedule and its logical dates go by.
    public let zone: Zone
    /// A pipeline for bash.
    public let command: String
    /// When an attempt that failed is made again.
    public let retry: Retry
    /// How long a run may take; nil for any time.
    public let timeout: Int64?
    /// How long a run has to end after it was asked to.
    public let grace: Int64
    /// What happens to a fire while a run of the job goes on.
    public let overlap: Overlap
    /// Names of which only one run at a time holds each.
    public let locks: [String]
    /// What becomes of fires that passed while nobody looked.
    public let catchUp: CatchUp
    /// Fires older than this are never caught up.
    public let catchUpWindow: Int64
    /// Variables for the command, in order of their names.
    public let environment: [Variable]
    /// A file of further variables; nil for none.
    public let environmentFile: String?
    /// The folder that the command runs in; nil for that of the timetable.
    public let folder: String?
    /// How much it steps back for other processes, 0 to 19.
    public let niceness: Int
    /// A command to run after a success.
    public let onSuccess: String?
    /// A command to run after a failure, once no retry is left; the end of the log is its standard input.
    public let onFailure: String?
    /// How long after a fire, or after the last success where it has no schedule, a success must have come.
    public let expectWithin: Int64?

    /// What makes a job run.
    public enum Trigger: Equatable, Sendable {
        /// The clock.
        case clock(Schedule)
        /// A file that arrives.
        case file(FileTrigger)
        /// The end of other jobs.
        case after([Upstream])
        /// Only somebody who asks for it.
        case manual
    }

    /// Files that a job waits for.
    public struct FileTrigger: Equatable, Sendable {
        /// A path whose last part may have wildcards.
        public let pattern: String
        /// How long a file must not have changed.
        public let settle: Int64
        /// Where files go after a success; nil for `done` beside them.
        public let done: String?
        /// Where files go after a failure; nil for `failed` beside them.
        public let failed: String?
    }

    /// A job that another one comes after.
    public struct Upstream: Equatable, Sendable {
        /// The name of the job that goes first.
        public let job: String
        /// How it must have ended.
        public let condition: Condition
    }

    /// How a job must have ended for the next one to run.
    public enum Condition: String, CaseIterable, Sendable {
        case success, always, failed
    }

    /// What happens to a fire while a run of the job goes on.
    public enum Overlap: String, CaseIterable, Sendable {
        case skip, queue, kill
    }

    /// What becomes of fires that passed while nobody looked.
    public enum CatchUp: String, CaseIterable, Sendable {
        case none, latest, all
    }

    /// A variable of the environment.
    public struct Variable: Equatable, Sendable {
        /// Its name.
        public let name: String
        /// Its value.
        public let value: String
    }

    /// The jobs that this one comes after.
    public var upstreams: [Upstream] { if case .after(let upstreams) = trigger { upstreams } else { [] } }

    /// The schedule of a job that the clock runs.
    public var schedule: Schedule? { if case .clock(let schedule) = trigger { schedule } else { nil } }
}
