public import RDBytes

/// One file of `sql/migrations`: a number, a name and the SQL that it brings.
public struct Migration: Equatable, Sendable {
    /// The four digits that the file's name begins with.
    public let number: Int
    /// The file's name without its ending: `0001_create_schema`.
    public let name: String
    /// The file's text.
    public let sql: String

    /// A migration of a file's name without ending, and its text.
    /// - Throws: exit 78 where the name does not begin with four digits and an underscore.
    public init(name: String, sql: String) throws(RDError) {
        let digits = name.utf8.prefix(4)
        guard digits.count == 4, digits.allSatisfy({ (0x30...0x39).contains($0) }), name.dropFirst(4).first == "_",
            let number = Int(name.prefix(4))
        else {
            throw RDError(
                .configuration, "a migration has no number in its name: \(name)", remedy: "name it NNNN_verb_object.sql"
            )
        }
        self.number = number
        self.name = name
        self.sql = sql
    }

    /// SHA-256 of the text, in hexadecimal.
    public var sha256: String {
        var hash = SHA256()
        Array(sql.utf8).withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }
}
