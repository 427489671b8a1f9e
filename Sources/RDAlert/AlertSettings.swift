public import RDBytes

/// What `rd-alert` watches and whom it tells, read from the compiled form of `pipelines/alerts.yaml`.
public struct AlertSettings: Sendable {
    /// The alert log; nil for `alerts.ndjson` in the state folder.
    public var log: String?
    /// Runs that are older are not looked at, in seconds.
    public var lookBack = 604_800
    /// When a run is slow.
    public var slow = Expectation(least: 10)
    /// When a run is missed.
    public var missed = Expectation(least: 900)
    /// What is known of jobs.
    public var jobs: [JobSettings] = []
    /// Whom it tells.
    public var channels: [ChannelSettings] = []

    /// How far from the runs before it a run may be.
    public struct Expectation: Equatable, Sendable {
        /// Runs that it is held against.
        public var runs = 20
        /// With fewer runs nothing is said.
        public var leastRuns = 5
        /// It may be so many ten-thousandths of the usual.
        public var factor = 15_000
        /// It may be so many robust standard deviations above the usual.
        public var deviations = 5
        /// It may be so many seconds above the usual in any case.
        public var least: Int

        /// With the defaults, and at least so many seconds.
        public init(least: Int) { self.least = least }
    }

    /// What is known of a job.
    public struct JobSettings: Equatable, Sendable {
        /// The job's name.
        public let job: String
        /// Seconds within which the next run must begin; nil for what is usual, 0 for never.
        public let expectWithin: Int?
        /// Seconds that a run may take; nil for what is usual.
        public let slowerThan: Int?
    }

    /// The log only.
    public init() {}

    /// Reads the compiled form. Another kind of file is exit 78.
    public init(_ json: JSONValue) throws(RDError) {
        guard json["kind"]?.string == "alerts" else {
            throw RDError(.configuration, "the configuration is not of kind alerts")
        }
        log = json["log"]?.string
        let watch = json["watch"] ?? .object([])
        lookBack = watch["look_back"]?.integer ?? lookBack
        slow.read(watch["slow"])
        missed.read(watch["missed"])
        jobs = (json["jobs"]?.array ?? []).map { entry in
            JobSettings(
                job: entry["job"]?.string ?? "?", expectWithin: entry["expect_within"]?.integer,
                slowerThan: entry["slower_than"]?.integer)
        }
        for entry in json["channels"]?.array ?? [] { channels.append(try ChannelSettings(entry)) }
    }

    /// What is known of a job.
    public func job(_ name: String) -> JobSettings? { jobs.first { $0.job == name } }
}

extension AlertSettings.Expectation {
    fileprivate mutating func read(_ json: JSONValue?) {
        guard let json else { return }
        runs = json["runs"]?.integer ?? runs
        leastRuns = json["least_runs"]?.integer ?? leastRuns
        factor = json["factor"]?.integer ?? factor
        deviations = json["deviations"]?.integer ?? deviations
        least = json["least"]?.integer ?? least
    }
}
