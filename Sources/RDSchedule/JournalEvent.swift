/// Something that happened and that the scheduler must not forget.
public struct JournalEvent: Equatable, Sendable {
    /// When, in milliseconds since 1970.
    public let at: Int64
    /// What.
    public let kind: Kind

    /// What happened.
    public enum Kind: Equatable, Sendable {
        /// A job was seen with this trigger; its schedule counts from here.
        case seen(job: String, trigger: String)
        /// A job is no longer in the timetable; should it come back, its schedule counts from then.
        case removed(job: String)
        /// A run waits for its turn.
        case queued(Run)
        /// A logical date does not run.
        case skipped(job: String, date: Int64, reason: SkipReason)
        /// So many logical dates up to this one passed while nobody looked, and do not run.
        case missed(job: String, through: Int64, count: Int)
        /// A run is about to begin; this is known before anything of it is started.
        case began(run: String, owner: ProcessMark, log: String)
        /// A process looks after the run's chain.
        case kept(run: String, keeper: ProcessMark)
        /// A run ended.
        case ended(run: String, Run.Ending)
        /// What follows from the last run or skip of a logical date is decided.
        case settled(job: String, date: Int64)
        /// Somebody wants a run to end.
        case cancelled(run: String, by: String)
        /// Somebody stopped a job from running by its trigger.
        case paused(job: String, by: String)
        /// Somebody let it run again.
        case resumed(job: String, by: String)
        /// Something is wrong with a job, or no longer; people were told.
        case alarmed(job: String, since: Int64?)
        /// All that was known at this moment: a journal that was made shorter begins so.
        case known(SchedulerState)
    }

    /// Why a logical date does not run.
    public enum SkipReason: String, Sendable {
        /// A run of the job still went on.
        case overlap
        /// A job that it comes after did not end as it must.
        case upstream
    }

    /// An event.
    public init(at: Int64, _ kind: Kind) {
        self.at = at
        self.kind = kind
    }
}
