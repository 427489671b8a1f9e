import RDBytes
public import RDClean
public import RDPostgres
public import RDRecord

extension Loader {
    /// What the loader is told of the world.
    public struct Surroundings {
        /// Connects to a database that has the warehouse's schema: once the stream has begun, and anew to ask what
        /// became of a commit.
        public var connect: () throws -> Connection
        /// Makes the stage that cleans records which are raw.
        public var makeClean: () throws -> CleanStage
        /// Gives the least and greatest moment of a fact, in seconds since 1970.
        public var dateBounds: () throws -> ClosedRange<Int64> = { .min ... .max }
        /// Names the run of a stream that other tools began.
        public var newRun: () -> RunID
        /// The job of such a stream.
        public var job: String
        /// The channel behind the input; nil where it has none.
        public var inputChannel: String?
        /// A clock that never jumps, in nanoseconds.
        public var clock: () -> Int64
        /// Called once the stream's `open` line has been read, before anything is asked of the database, with the run;
        /// and again where the load becomes a run of its own, because the stream's has been loaded before.
        public var begun: (_ open: StreamOpen, _ run: String) -> Void = { _, _ in }
        /// Called now and then with the records and bytes so far.
        public var progress: (_ rows: Int, _ bytes: Int) -> Void = { _, _ in }

        /// The surroundings of a load.
        public init(
            connect: @escaping () throws -> Connection, makeClean: @escaping () throws -> CleanStage,
            newRun: @escaping () -> RunID, job: String, inputChannel: String?, clock: @escaping () -> Int64
        ) {
            self.connect = connect
            self.makeClean = makeClean
            self.newRun = newRun
            self.job = job
            self.inputChannel = inputChannel
            self.clock = clock
        }
    }
}
