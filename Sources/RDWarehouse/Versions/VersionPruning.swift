public import RDBytes
public import RDPostgres

/// The giving up of versions' history: the versions stay in the list, but their states cannot be asked for any more, and
/// what only they needed of the archive is deleted.
public struct VersionPruning: Sendable {
    /// Which versions.
    public enum Bound: Equatable, Sendable {
        /// All but the last so many.
        case keep(Int)
        /// Those before this number.
        case before(Int)
        /// Those before this version, which is looked up once the lock is there.
        case beforeVersion(VersionReference)
    }

    /// `pruned`, `planned`, or `nothing_to_do`.
    public let status: String
    /// The present version's number, which is never pruned.
    public let latest: Int
    /// The number of the first version that the bound keeps.
    public let first: Int
    /// The versions whose history goes.
    public let versions: [Int]
    /// Those that would go but for a tag.
    public let spared: [Int]
    /// Facts of the archive that were deleted.
    public let archivedFacts: Int

    /// One object.
    public var json: JSONValue {
        [
            "status": .string(status), "versions": .array(versions.map { .integer($0) }),
            "spared_by_tags": .array(spared.map { .integer($0) }), "archived_facts": .integer(archivedFacts),
        ]
    }

    /// Gives up the history of the versions that the bound names, but never of the latest, and of those that have a tag
    /// only where `tagged` is true. An empty warehouse is exit 65; another change that holds the lock, or another latest
    /// version than the caller knows, 75.
    public static func prune(
        _ connection: Connection, _ bound: Bound, tagged: Bool = false, from latest: Int? = nil, wait: Int,
        isPlan: Bool = false, reconnect: () throws -> Connection
    ) throws -> VersionPruning {
        let transaction = try WarehouseTransaction(connection, wait: wait)
        defer { transaction.rollback() }
        guard let present = try transaction.present(expecting: latest) else { throw DataVersion.nothingLoaded }
        let limit =
            switch bound {
            case .keep(let count): present.number - count + 1
            case .before(let number): number
            case .beforeVersion(let version): try version.resolve(connection).number
            }
        let old = try DataVersion.all(connection).filter { $0.number < min(limit, present.number) && $0.isKept }
        let going = old.filter { tagged || $0.tags.isEmpty }.map(\.number)
        let facts = going.isEmpty ? 0 : try transaction.giveUp(going, as: "pruned")
        if !isPlan, !going.isEmpty { try transaction.commit(reconnect: reconnect) }
        return VersionPruning(
            status: going.isEmpty ? "nothing_to_do" : isPlan ? "planned" : "pruned", latest: present.number,
            first: limit, versions: going, spared: tagged ? [] : old.filter { !$0.tags.isEmpty }.map(\.number),
            archivedFacts: facts)
    }
}

extension WarehouseTransaction {
    /// Gives up the history of versions, which the folder `uri` holds where there is one; the number of facts that are
    /// deleted from the archive.
    func giveUp(_ versions: [Int], as history: String, uri: String? = nil) throws -> Int {
        let list = versions.map { String($0) }.joined(separator: ",")
        let gone = try connection.value(
            "SELECT retail_dw.prune_versions($1::integer[], $2, $3)", ["{\(list)}", history, uri])
        return Int(gone ?? "") ?? 0
    }
}
