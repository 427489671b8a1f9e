import RDBytes
public import RDPostgres

/// Names that people give to versions. A name is on one version at a time.
public enum VersionTag {
    /// True where a text may be a tag: a letter, and up to 99 letters, digits and `._-/+` behind it.
    static func isName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.properties.isAlphabetic else { return false }
        let isTaken = text == "latest"
        return !isTaken && text.count <= 100
            && text.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || ("0"..."9").contains($0) || "._-/+".unicodeScalars.contains($0)
            }
    }

    /// The number of the version that has the tag; nil where there is no such tag.
    static func version(of tag: String, _ connection: Connection) throws -> Int? {
        try connection.value(
            """
            SELECT v.version_number
            FROM retail_dw.data_version_tags AS t JOIN retail_dw.data_versions AS v USING (version_id)
            WHERE t.tag = $1
            """, [tag]
        ).flatMap { Int($0) }
    }

    /// Puts the tag on a version; on the one that has it already, nothing is done. A text that cannot be a tag is exit
    /// 64, one that another version has 65 unless it is to be moved.
    /// - Returns: the number of the version that had it before, where another one did.
    @discardableResult
    public static func put(
        _ tag: String, on version: DataVersion, isMoved: Bool = false, _ connection: Connection
    ) throws -> Int? {
        try check(tag)
        return try connection.transaction {
            // Two at once are one after the other, and the second one sees what the first did.
            try connection.execute("LOCK TABLE retail_dw.data_version_tags IN SHARE ROW EXCLUSIVE MODE")
            let holder = try self.version(of: tag, connection)
            guard holder != version.number else { return nil }
            if let holder, !isMoved {
                throw RDError(
                    .data, "the tag '\(tag)' is on version \(holder)",
                    remedy: "choose another name, or move it with --force; nothing was changed")
            }
            try connection.execute(
                """
                INSERT INTO retail_dw.data_version_tags (tag, version_id) VALUES ($1, $2::integer)
                ON CONFLICT (tag) DO UPDATE SET version_id = excluded.version_id, created_at = now()
                """, [tag, String(version.identifier)])
            return holder
        }
    }

    /// Takes the tag away. One that is not there is exit 65.
    /// - Returns: the number of the version that had it.
    public static func delete(_ tag: String, _ connection: Connection) throws -> Int {
        try connection.transaction {
            guard let holder = try version(of: tag, connection) else {
                throw RDError(.data, "there is no tag '\(tag)'", remedy: "rd-version list shows those there are")
            }
            try connection.execute("DELETE FROM retail_dw.data_version_tags WHERE tag = $1", [tag])
            return holder
        }
    }

    private static func check(_ tag: String) throws(RDError) {
        guard isName(tag) else {
            throw RDError(
                .usage, "'\(tag)' cannot be a tag",
                remedy: "begin with a letter; letters, digits and ._-/+ may follow, 100 at most; latest is taken")
        }
    }
}
