public import RDBytes

/// What a rollback or a restore did, or would do.
public struct VersionChange: Sendable {
    /// How it ended.
    public enum Status: String, Sendable {
        /// A new version has the state that was asked for.
        case committed
        /// It was done and taken back, to see what comes of it.
        case planned
        /// The warehouse has that state already: there is no new version.
        case unchanged
    }

    /// How it ended.
    public let status: Status
    /// `rollback` or `restore`.
    public let kind: String
    /// The new version's number; of an `unchanged` one, the present version's.
    public let version: Int
    /// The version whose state was asked for.
    public let target: Int
    /// The present version before it; 0 where there was none.
    public let latest: Int
    /// The run.
    public let run: String
    /// Facts that came back, were exchanged and left.
    public let inserted: Int
    /// Facts that were exchanged for others of their key.
    public let updated: Int
    /// Facts that left.
    public let removed: Int
    /// Net money in the warehouse before, as an exact decimal.
    public let moneyBefore: String
    /// The same after.
    public let moneyAfter: String
    /// Of a plan, what would differ; else nothing.
    public let diff: VersionDiff

    /// One object.
    public var json: JSONValue {
        var value: JSONValue = [
            "status": .string(status.rawValue), "kind": .string(kind), "version": .integer(version),
            "target": .integer(target), "before": .integer(latest), "run": .string(run), "inserted": .integer(inserted),
            "updated": .integer(updated), "removed": .integer(removed),
            "money": ["warehouse_before": .string(moneyBefore), "warehouse_after": .string(moneyAfter)],
        ]
        if status == .planned { value["members"] = diff.total["members"] }
        return value
    }

    /// A version that was made: the change as its row tells it.
    init(_ version: DataVersion, status: Status, target: Int, latest: Int, diff: VersionDiff? = nil) {
        self.status = status
        kind = version.kind
        self.version = version.number
        self.target = target
        self.latest = latest
        run = version.run
        inserted = version.facts.inserted
        updated = version.facts.updated
        removed = version.facts.removed
        moneyBefore = version.moneyBefore
        moneyAfter = version.moneyAfter
        self.diff = diff ?? VersionDiff(unchanged: version.number)
    }

    /// Nothing to do: the present version is what was asked for.
    init(unchanged version: DataVersion, kind: String, target: Int) {
        status = .unchanged
        self.kind = kind
        self.version = version.number
        self.target = target
        latest = version.number
        run = version.run
        (inserted, updated, removed) = (0, 0, 0)
        moneyBefore = version.moneyAfter
        moneyAfter = version.moneyAfter
        diff = VersionDiff(unchanged: version.number)
    }
}
