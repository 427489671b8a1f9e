import RDBytes
import RDClean
import RDRecord
import RDTesting
import Testing

/// What must hold of any stream: rows and money that came in went out or were set aside.
@Suite struct MoneyTests {
    /// Records with all kinds of values, good and bad.
    private func stream(_ seed: UInt64, rows: Int) -> [String] {
        var random = SeededRandom(seed)
        return (0..<rows).map { index in
            let prefix = random.pick(["", "", "", "C", "A"])
            let price = Decimal4.text(Int128(random.below(2_000_000) - 200_000))
            let code = random.pick(["85123A", "POST", "M", "D", "BANK CHARGES", "gift_0001_10", "22752", "?"])
            return record(
                ("invoice_no", .string(prefix + String(random.below(40) + 1))), ("stock_code", .string(code)),
                ("quantity", random.pick([.integer(random.below(2000) - 500), "x", .null, 0])),
                ("unit_price", random.pick([.number(price), .string(price), .number(price), "1.23456"])),
                ("customer_id", random.pick([.null, "17850", 17_851])),
                ("description", random.pick([.null, "  A  B ", "C", 5])),
                ("invoice_date", random.oneIn(20) ? "x" : "2010-12-01T08:26:00"), ("line", .integer(index + 2)))
        }
    }

    @Test(arguments: 0..<12 as Range<UInt64>) func whatComesInGoesOutOrIsSetAside(seed: UInt64) throws {
        let modes = CleanOptions.Dedupe.allCases
        let rows = stream(seed, rows: 400)
        let result = try clean(rows) { $0.dedupe = modes[Int(seed) % modes.count] }
        let ledger = result.ledger
        #expect(ledger.rowsIn == 400)
        #expect(ledger.isBalanced)
        #expect(ledger.rowsOut == result.records.count)
        #expect(ledger.rejectedTotal == result.rejects.count)
        #expect(ledger.moneyIn == ledger.moneyOut + ledger.rules.reduce(0) { $0 + $1.money })
        #expect(ledger.rules.reduce(0) { $0 + $1.rows } == ledger.rejectedTotal)
        #expect(result.records.reduce(0) { $0 + money($1) } == ledger.moneyOut)
    }

    /// The signed money of a cleaned record, as its type and sign tell it.
    private func money(_ record: JSONValue) -> Int128 {
        let price = Decimal4.sum(record["unit_price"]?.number ?? "") ?? 0
        let sign = record["sign"]?.integer ?? (record["transaction_type"]?.string == "return" ? -1 : 1)
        return Int128(record["quantity"]?.integer ?? 0) * price * Int128(sign)
    }

    @Test(arguments: 20..<26 as Range<UInt64>) func cleanedRecordsStayAsTheyAre(seed: UInt64) throws {
        let once = try clean(stream(seed, rows: 300))
        let twice = try clean(once.records.map(\.text))
        #expect(twice.rejects.isEmpty)
        #expect(twice.ledger.moneyOut == once.ledger.moneyOut)
        let passing = ["imputed", "outlier"]
        let stripped = once.records.map { record in
            JSONValue.object((record.members ?? []).filter { !passing.contains($0.name) })
        }
        #expect(twice.records == stripped)
    }

    @Test func theSignIsWrittenOnlyWhereTheTypeDoesNotTellIt() throws {
        for type in TransactionType.allCases {
            for (sign, quantity) in [(nil, 6), (1, 6), (-1, 6), (-1, 0)] as [(Int?, Int)] {
                let row = record(
                    ("transaction_type", .string("\(type.name)")), ("sign", sign.map { .integer($0) } ?? .null),
                    ("quantity", .integer(quantity)))
                let result = try clean([row])
                let usual = type == .return ? -1 : 1
                let expected = quantity == 0 || (sign ?? usual) == usual ? nil : sign
                #expect(result.records.first?["sign"]?.integer == expected)
                #expect(result.ledger.moneyOut == Int128((sign ?? usual) * quantity * 25_500))
            }
        }
    }

    @Test func imputedValuesAreCounted() throws {
        let rows = (0..<10).map {
            record(
                ("invoice_no", .integer($0 + 1)), ("customer_id", $0 < 4 ? .null : "1"),
                ("description", $0 < 3 ? "" : "X"))
        }
        let result = try clean(rows)
        #expect(result.metric("imputed", "customer_id") == "4")
        #expect(result.metric("imputed", "description") == "3")
        #expect(result.metric("imputed", "country") == nil)
        #expect(result.records.map { $0["imputed"]?.array?.count ?? 0 } == [2, 2, 2, 1, 0, 0, 0, 0, 0, 0])
    }
}
