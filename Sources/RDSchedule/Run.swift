public import RDBytes

/// One attempt at running a job.
public struct Run: Equatable, Sendable {
    /// A UUID.
    public let id: String
    /// The job's name.
    public let job: String
    /// The logical date, in seconds since 1970.
    public let date: Int64
    /// What asked for it.
    public let cause: Cause
    /// Which attempt at this logical date it is, from 1.
    public let attempt: Int
    /// It does not start before this moment, in seconds since 1970.
    public let notBefore: Int64
    /// The file that it is about, for jobs that wait for files.
    public let file: String?
    /// When it began, in milliseconds since 1970; nil before.
    public internal(set) var began: Int64?
    /// The process that began it: a scheduler, or a command that somebody gave.
    public internal(set) var owner: ProcessMark?
    /// The process that looks after its chain; nil until it is there.
    public internal(set) var keeper: ProcessMark?
    /// How it ended; nil before.
    public internal(set) var ending: Ending?
    /// Its log; nil before it began.
    public internal(set) var log: String?

    /// Says how it ended.
    public mutating func finish(_ ending: Ending) { self.ending = ending }

    /// What asked for a run.
    public enum Cause: String, Sendable {
        /// Its schedule.
        case schedule
        /// Its schedule, for a moment when no scheduler was there.
        case catchup
        /// A file that arrived.
        case file
        /// The jobs that it comes after.
        case after
        /// A failed attempt.
        case retry
        /// Somebody.
        case manual
        /// Somebody, for a stretch of the past.
        case backfill

        /// True where the jobs after it run too.
        public var leadsOn: Bool { isOfTimetable }

        /// True where a scheduler begins it; other runs are begun by the command that asked for them.
        public var isOfTimetable: Bool { self != .manual && self != .backfill }
    }

    /// How a run ended.
    public struct Ending: Equatable, Sendable {
        /// What became of it.
        public let status: Status
        /// Its exit code; 128 and the number of a signal where one ended it. Nil where nobody saw the end.
        public let code: Int?
        /// When it ended, in milliseconds since 1970.
        public let at: Int64
        /// What each stage used, as its keeper wrote it.
        public let stages: JSONValue
        /// Records that came in, where a stage said so.
        public let rows: Int?

        /// An ending.
        public init(status: Status, code: Int?, at: Int64, stages: JSONValue = .array([]), rows: Int? = nil) {
            self.status = status
            self.code = code
            self.at = at
            self.stages = stages
            self.rows = rows
        }

        /// Why it might be tried again; nil after a success and where somebody ended it.
        public var reason: Retry.Reason? {
            switch status {
            case .success, .cancelled: nil
            case .timeout: .timeout
            case .lost: .lost
            case .failed: code.map { $0 > 128 && $0 < 192 ? .signal : .exit($0) } ?? .lost
            }
        }
    }

    /// What became of a run.
    public enum Status: String, Sendable {
        case success, failed, timeout, cancelled
        /// It was not seen to its end: its scheduler was killed, or the machine stopped.
        case lost
    }

    /// A run that waits for its turn.
    public init(
        id: String, job: String, date: Int64, cause: Cause, attempt: Int = 1, notBefore: Int64, file: String? = nil
    ) {
        self.id = id
        self.job = job
        self.date = date
        self.cause = cause
        self.attempt = attempt
        self.notBefore = notBefore
        self.file = file
    }
}

/// Names a process so that no other one is taken for it, on this machine and since its start.
public struct ProcessMark: Equatable, Sendable {
    /// The process id.
    public let pid: Int32
    /// When it was started, in the kernel's ticks since the machine was.
    public let ticks: UInt64
    /// The identity of the machine's start.
    public let boot: String

    /// A process.
    public init(pid: Int32, ticks: UInt64, boot: String) {
        self.pid = pid
        self.ticks = ticks
        self.boot = boot
    }
}
