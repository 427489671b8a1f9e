public import RDBytes

/// What one stage did: rows and money in, out and set aside. All money is signed and in ten-thousandths.
public struct StageLedger: Equatable, Sendable {
    /// What a rule did to the money.
    public struct Rule: Equatable, Sendable {
        /// The rule's name: `dedupe`, `reject`...
        public var name: String
        /// Rows that it touched.
        public var rows: Int
        /// What it took from the sum (negative where it added).
        public var money: Int128

        /// A rule's account.
        public init(_ name: String, rows: Int, money: Int128) {
            self.name = name
            self.rows = rows
            self.money = money
        }
    }

    /// `ingest`, `clean`, `transform`, `load`, or the name of a foreign one.
    public var stage: String
    /// Records taken in.
    public var rowsIn = 0
    /// Records put out; for `transform` the facts.
    public var rowsOut = 0
    /// Records set aside, by code.
    public var rejected: [(code: String, count: Int)] = []
    /// Wall time from the stage's start to its end.
    public var milliseconds = 0
    /// Sum of quantity x unit_price of the records taken in, as far as they could be read.
    public var moneyIn: Int128 = 0
    /// The same of the records put out.
    public var moneyOut: Int128 = 0
    /// What each rule took away.
    public var rules: [Rule] = []
    /// Dimension members put out, by dimension.
    public var members: [(name: String, count: Int)] = []

    /// An empty account of `stage`.
    public init(_ stage: String) { self.stage = stage }

    /// Records set aside for any reason.
    public var rejectedTotal: Int { rejected.reduce(0) { $0 + $1.count } }

    /// True where every record that came in went out or was set aside.
    public var isBalanced: Bool { rowsIn == rowsOut + rejectedTotal }

    /// Equality of all parts.
    public static func == (left: StageLedger, right: StageLedger) -> Bool { left.json == right.json }
}

extension StageLedger {
    /// The account as an element of the `close` line's `ledger`.
    public var json: JSONValue {
        var object: JSONValue = [
            "stage": .string(stage), "in": .integer(rowsIn), "out": .integer(rowsOut),
            "rejected": .object(rejected.map { .init($0.code, .integer($0.count)) }), "ms": .integer(milliseconds),
            "money": [
                "in": .string(Decimal4.text(moneyIn)), "out": .string(Decimal4.text(moneyOut)),
                "rules": .object(
                    rules.map {
                        .init($0.name, ["rows": .integer($0.rows), "money": .string(Decimal4.text($0.money))])
                    }),
            ],
        ]
        if !members.isEmpty { object["members"] = .object(members.map { .init($0.name, .integer($0.count)) }) }
        return object
    }

    /// The most rows that an account may speak of, so that sums of counts cannot overflow.
    static let mostRows = 1 << 40

    /// Reads an element of `ledger` back; nil where it is not one.
    public init?(_ json: JSONValue) {
        guard let stage = json["stage"]?.string, let rowsIn = Self.count(json["in"]),
            let rowsOut = Self.count(json["out"]), let moneyIn = json["money"]?["in"]?.string.flatMap(Decimal4.sum),
            let moneyOut = json["money"]?["out"]?.string.flatMap(Decimal4.sum),
            let rejected = Self.counts(json["rejected"]), let members = Self.counts(json["members"])
        else { return nil }
        self.init(stage)
        self.rowsIn = rowsIn
        self.rowsOut = rowsOut
        self.moneyIn = moneyIn
        self.moneyOut = moneyOut
        self.rejected = rejected.map { (code: $0.name, count: $0.count) }
        self.members = members
        milliseconds = json["ms"]?.integer ?? 0
        rules = (json["money"]?["rules"]?.members ?? []).map {
            Rule(
                $0.name, rows: $0.value["rows"]?.integer ?? 0,
                money: $0.value["money"]?.string.flatMap(Decimal4.sum) ?? 0)
        }
    }

    private static func count(_ json: JSONValue?) -> Int? {
        guard let count = json?.integer, (0...mostRows).contains(count) else { return nil }
        return count
    }

    /// The counts by name; nil where one of them is none.
    private static func counts(_ json: JSONValue?) -> [(name: String, count: Int)]? {
        var result: [(name: String, count: Int)] = []
        for member in json?.members ?? [] {
            guard let count = count(member.value) else { return nil }
            result.append((name: member.name, count: count))
        }
        return result
    }
}
