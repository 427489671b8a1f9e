/// Rows that a stage set aside for the same reason.
public struct RejectGroup: Sendable {
    /// The stage.
    public let stage: String
    /// Why.
    public let code: String
    /// How many.
    public let rows: Int
    /// How many of them nobody has resolved.
    public let open: Int
    /// The newest few.
    public let samples: [Sample]

    /// A row that was set aside.
    public struct Sample: Sendable {
        /// The run.
        public let run: String
        /// The line of the source.
        public let line: Int?
        /// The column at fault.
        public let field: String?
        /// Why, in words.
        public let detail: String?
        /// The head of what the row held.
        public let raw: String
    }

    /// Samples of a code that a report shows.
    static let sampleCount = 3
    /// Characters of a sample's text.
    static let sampleLength = 300
}
