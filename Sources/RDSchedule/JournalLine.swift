import RDBytes

/// The lines of the journal: JSON objects whose last member is a checksum of all that stands before it.
public enum JournalLine {
    /// The line of an event, with its line end.
    public static func write(_ event: JournalEvent) -> String {
        let body = event.json.text.dropLast()
        return "\(body),\"sum\":\"\(sum(body))\"}\n"
    }

    /// What a line says.
    public enum Reading: Equatable, Sendable {
        case event(JournalEvent)
        /// A whole line that a later version wrote.
        case unknown
        /// The checksum does not fit: the line was cut short or altered.
        case flawed
    }

    /// Reads a line without its line end.
    public static func read(_ line: Substring) -> Reading {
        let tail = 8 + 16 + 2
        guard line.utf8.count > tail, line.hasSuffix("\"}") else { return .flawed }
        let cut = line.utf8.index(line.endIndex, offsetBy: -tail)
        let body = line[..<cut]
        guard line[cut...] == ",\"sum\":\"\(sum(body))\"}" else { return .flawed }
        guard let json = try? JSONValue(parsing: body + "}") else { return .flawed }
        return JournalEvent(json).map { .event($0) } ?? .unknown
    }

    private static func sum(_ body: Substring) -> String {
        var hash = SHA256()
        Array(body.utf8).withUnsafeBytes { hash.update($0) }
        return String(SHA256.hex(hash.finalize()).prefix(16))
    }
}
