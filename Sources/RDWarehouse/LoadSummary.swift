public import RDBytes
public import RDQuality
public import RDRecord

/// What a load did, for people and for programs.
public struct LoadSummary: Sendable {
    /// What came of it.
    public enum Status: String, Sendable {
        case committed
        /// The source was loaded before, and nothing was done.
        case alreadyLoaded = "already_loaded"
        /// The load was only planned: everything was taken back.
        case planned
    }

    /// What came of it.
    public var status = Status.committed
    /// The run.
    public var run = ""
    /// The job.
    public var job = ""
    /// The version that the source is loaded as.
    public var version = 0
    /// Facts new, changed and as they were.
    public var facts = FactCounts()
    /// Every stage's account, from the first to the load itself.
    public var ledger: [StageLedger] = []
    /// Rows set aside, by stage and code.
    public var rejected: [(stage: String, code: String, count: Int)] = []
    /// New members by dimension.
    public var members: [(name: String, count: Int)] = []
    /// Months that were new and got a partition, as yyyymm.
    public var months: [Int] = []
    /// True where months that were there changed as well.
    var changesOldMonths = false
    /// Facts of before that now belong to another version of their customer, and their net money.
    public var moved: (facts: Int, money: String) = (0, "0.0000")
    /// Customer versions that were current and were closed.
    public var closed = 0
    /// What changes month by month; of a plan only.
    public var changes: [MonthChange] = []
    /// The `metric` lines of all stages.
    public var quality: [JSONValue] = []
    /// What the gates inside the load warn of, in a few words each.
    public var warnings: [String] = []
    /// Why the planned load would fail at a gate; nil where it would not.
    public var gateFailure: GateFailure?
    /// Keys looked up in memory, and how many of them were not there yet.
    public var lookups = 0
    /// Keys that were not there yet.
    public var misses = 0
    /// Net money in the warehouse before and after, as exact decimals.
    public var moneyBefore = "0.0000"
    /// The same after the load.
    public var moneyAfter = "0.0000"
    /// Sum of line_total over the facts that came.
    public var lineTotal: Int128 = 0
    /// From the first line of the stream to the commit.
    public var milliseconds = 0
    /// True where the stream had no end.
    public var isPartial = false
    /// True where the stream was one of other tools.
    public var isBare = false
    /// True where a program that is none of the suite's stood between two filters.
    var isOpaque: Bool { ledger.contains { $0.stage == StageLedger.opaque } }

    /// The share of lookups that found their key, in hundredths of a percent.
    public var hitRate: Double { lookups == 0 ? 0 : Double((lookups - misses) * 10_000 / lookups) / 10_000 }
}
