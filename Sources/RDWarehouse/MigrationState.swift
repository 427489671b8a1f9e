public import RDBytes

/// How a database and the files of `sql/migrations` stand to each other.
public struct MigrationState: Equatable, Sendable {
    /// A row of `retail_dw.schema_migrations`.
    public struct Applied: Equatable, Sendable {
        /// The migration's number.
        public let number: Int
        /// Its file's name, without ending.
        public let name: String
        /// SHA-256 of its text when it was applied.
        public let sha256: String

        /// A row.
        public init(number: Int, name: String, sha256: String) {
            self.number = number
            self.name = name
            self.sha256 = sha256
        }
    }

    /// What the database has, in order.
    public let applied: [Applied]
    /// What it has yet to get, in order.
    public let pending: [Migration]

    /// Compares what is applied with the files.
    /// - Throws: exit 78 where they contradict each other: a file changed after it was applied, the database is newer
    ///   than the files, or a file came late with a number below one that is applied.
    public init(applied: [Applied], files: [Migration]) throws(RDError) {
        self.applied = applied
        let known = Dictionary(files.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        for row in applied {
            guard let file = known[row.number] else { throw Self.newer(row) }
            guard file.sha256 == row.sha256 else { throw Self.changed(file, row) }
        }
        let numbers = Set(applied.map(\.number))
        let last = applied.map(\.number).max() ?? Int.min
        pending = files.filter { !numbers.contains($0.number) }
        if let late = pending.first(where: { $0.number < last }) {
            throw RDError(
                .configuration, "migration \(late.name) comes too late: the database is at \(last) already",
                remedy: "give it the next number: migrations only go forward")
        }
    }

    private static func newer(_ row: Applied) -> RDError {
        RDError(
            .configuration, "the database is newer than these files: it has migration \(row.name), which they lack",
            remedy: "use the newer version of the suite")
    }

    private static func changed(_ file: Migration, _ row: Applied) -> RDError {
        RDError(
            .configuration, "migration \(file.name) has changed since it was applied (as \(row.name))",
            remedy: "put the file back as it was and make the change in a new one")
    }
}
