public import RDBytes
public import RDPostgres

/// A run of the scheduler for the history of runs.
public struct ChainRecord {
    private let text: String

    private static let members = [
        "run", "job", "status", "scheduled_for", "began", "ms", "code", "attempt", "cause", "rows", "stages",
    ]

    /// Reads a run as the scheduler keeps it for the warehouse; one that lacks something is exit 65.
    public init(_ json: JSONValue) throws(RDError) {
        guard let missing = Self.members.first(where: { json[$0] == nil || json[$0] == .null }) else {
            text = json.text
            return
        }
        throw RDError(.data, "not a run that the scheduler kept: it lacks '\(missing)'")
    }

    /// Writes it down: beside what a load of that run wrote, or as a row of its own. Written again it changes nothing.
    public func save(_ connection: Connection) throws {
        try connection.execute("SELECT retail_dw.record_chain($1::jsonb)", [text])
    }
}
