public import RDBytes
public import RDPostgres

/// What differs between two versions of the warehouse.
public struct VersionDiff: Sendable {
    /// The first version's number; 0 is the empty warehouse.
    public let before: Int
    /// The second version's number.
    public let after: Int
    /// Months whose facts differ, in order.
    public let months: [MonthChange]
    /// Members that differ, by dimension and natural key.
    public let members: [MemberChange]

    /// Compares two versions, each as it was, in one snapshot. One whose history is gone is exit 65.
    public init(_ before: VersionReference, _ after: VersionReference, _ connection: Connection) throws {
        self = try connection.transaction {
            try connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            let numbers = [try before.resolveNumber(connection), try after.resolveNumber(connection)]
            for number in numbers where number > 0 { try DataVersion.find(number, connection).requireHistory() }
            return try VersionDiff(numbers[0], numbers[1], connection)
        }
    }

    /// Compares two versions of the open transaction.
    init(_ before: Int, _ after: Int, _ connection: Connection) throws {
        self.before = before
        self.after = after
        months = try MonthChange.between(before, after, connection)
        members = try MemberChange.between(before, after, connection)
    }

    /// Nothing that differs.
    init(unchanged version: Int) {
        before = version
        after = version
        months = []
        members = []
    }

    /// Members by dimension, with how many of them were added, changed and removed.
    public var counts: [(dimension: String, added: Int, changed: Int, removed: Int)] {
        ["customers", "products", "countries"].map { dimension in
            let own = members.lazy.filter { $0.dimension == dimension }
            func count(_ change: String) -> Int { own.filter { $0.change == change }.count }
            return (dimension, count("added"), count("changed"), count("removed"))
        }
    }

    /// One object with the sums.
    public var total: JSONValue {
        func sum(_ value: (MonthChange) -> Int) -> JSONValue { .integer(months.reduce(0) { $0 + value($1) }) }
        let money = months.reduce(Int128(0)) {
            $0 + (Decimal4.sum($1.moneyAfter) ?? 0) - (Decimal4.sum($1.moneyBefore) ?? 0)
        }
        return [
            "before": .integer(before), "after": .integer(after), "months": .integer(months.count),
            "inserted": sum { $0.inserted }, "updated": sum { $0.updated }, "moved": sum { $0.moved },
            "removed": sum { $0.removed }, "net_amount": .string(Decimal4.text(money)),
            "members": .object(
                counts.map {
                    .init(
                        $0.dimension,
                        ["added": .integer($0.added), "changed": .integer($0.changed), "removed": .integer($0.removed)])
                }),
        ]
    }

    /// An object for each month and for each member that differs.
    public var lines: [JSONValue] { months.map(\.json) + members.map(\.json) }
}
