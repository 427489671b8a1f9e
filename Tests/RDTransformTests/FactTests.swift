import RDBytes
import RDRecord
import RDTesting
import RDTransform
import Testing

@Suite struct FactTests {
    @Test(arguments: 0..<8 as Range<UInt64>) func amountsAreExact(seed: UInt64) throws {
        var random = SeededRandom(seed)
        for _ in 0..<100 {
            let quantity = Int64.random(in: 0...1 << Int64(random.below(50)), using: &random)
            let price = Int64.random(in: 0...1 << Int64(random.below(60)), using: &random)
            let type = random.pick(TransactionType.allCases)
            let sign: Int? = random.pick([nil, 1, -1])
            let row = cleaned(
                ("quantity", .integer(quantity)), ("unit_price", .number(Decimal4.text(Int128(price)))),
                ("transaction_type", .string("\(type.name)")), ("sign", sign.map { .integer($0) } ?? .null))
            let total = Int128(quantity) * Int128(price)
            let (lines, ledger) = try transform([row])
            guard total <= Int128(Int64.max) else {
                #expect(lines.first?["code"]?.string == "amount_out_of_range")
                continue
            }
            let fact = try #require(lines.first { $0["fact"] != nil })
            let net = total * Int128(sign ?? (type == .return ? -1 : 1))
            #expect(Decimal4.sum(fact["line_total"]?.number ?? "") == total)
            #expect(Decimal4.sum(fact["net_amount"]?.number ?? "") == net)
            #expect(ledger.moneyIn == net)
            #expect(ledger.moneyOut == net)
        }
    }

    @Test func factsCarryTheirPlaceAndNumber() throws {
        let lines = try transform([cleaned(("line_no", 3)), cleaned(("line", .null))]).lines
        let facts = lines.filter { $0["fact"] != nil }
        #expect(facts.map { $0["line_no"]?.integer } == [3, nil])
        #expect(facts.map { $0["line"]?.integer } == [2, nil])
        #expect(facts.allSatisfy { $0["date_key"]?.integer == 20_101_201 })
    }

    @Test func textsAreKeptByteForByte() throws {
        let text = "C\u{F4}te d'Ivoire \"\\ \u{1F600}"
        let lines = try transform([cleaned(("country", .string(text)), ("description", .string(text)))]).lines
        #expect(lines.first { $0["dim"]?.string == "country" }?["country_name"]?.string == text)
        #expect(lines.first { $0["fact"] != nil }?["country"]?.string == text)
        #expect(lines.last?["description"]?.string == text)
    }

    @Test func aMemberComesBeforeItsFirstFact() throws {
        var random = SeededRandom(3)
        let rows = (0..<500).map { _ in
            cleaned(
                ("customer_id", .integer(random.below(20))), ("country", random.pick(["A", "B", "C"])),
                ("stock_code", .integer(random.below(9))))
        }
        let (lines, ledger) = try transform(rows)
        var countries: Set<String> = []
        var homes: [String: String] = [:]
        var versions = 0
        for line in lines {
            let country = line["country"]?.string ?? ""
            let customer = line["customer_id"]?.string ?? ""
            switch line["dim"]?.string {
            case "country":
                let isNew = countries.insert(line["country_name"]?.string ?? "").inserted
                #expect(isNew)
            case "customer":
                #expect(homes[customer] != country, "a version that changes nothing")
                homes[customer] = country
                versions += 1
            case nil:
                #expect(countries.contains(country))
                #expect(homes[customer] == country)
            default: break
            }
        }
        #expect(ledger.rowsOut == 500)
        #expect(ledger.members.map(\.count) == [3, versions, 9])
        #expect(ledger.members.map(\.name) == ["country", "customer", "product"])
    }

    @Test func everybodyUnknownIsOneGuest() throws {
        let rows = ["France", "Spain", "France"].map { cleaned(("customer_id", "GUEST"), ("country", .string($0))) }
        let lines = try transform(rows).lines
        #expect(lines.count { $0["dim"]?.string == "customer" } == 1)
        #expect(lines.filter { $0["fact"] != nil }.map { $0["country"]?.string } == ["France", "Spain", "France"])
    }

    @Test(
        arguments: [
            ("transaction_type", .null, "missing_value"), ("transaction_type", "gift", "bad_transaction_type"),
            ("transaction_type", 5, "bad_transaction_type"), ("quantity", -1, "number_out_of_range"),
            ("quantity", "x", "bad_integer"), ("unit_price", .number("-0.01"), "number_out_of_range"),
            ("unit_price", "x", "bad_decimal"), ("invoice_no", .null, "missing_value"),
            ("stock_code", "", "missing_value"), ("customer_id", .null, "missing_value"),
            ("country", [1], "bad_type"), ("line_no", 0, "number_out_of_range"),
            ("line_no", .number("2147483648"), "number_out_of_range"), ("invoice_date", "x", "bad_datetime"),
            ("invoice_date", .null, "missing_value"), ("sign", "x", "bad_integer"),
        ] as [(String, JSONValue, String)])
    func rejects(column: String, value: JSONValue, code: String) throws {
        let (lines, ledger) = try transform([cleaned((column, value)), cleaned()])
        let reject = try #require(lines.first { $0["@rd"] != nil })
        #expect(reject["code"]?.string == code)
        #expect(reject["field"]?.string == column)
        #expect(reject["line"]?.integer == 2)
        #expect(ledger.isBalanced)
        #expect(ledger.moneyIn == ledger.moneyOut + ledger.rules.reduce(0) { $0 + $1.money })
        #expect(lines.count { $0["fact"] != nil } == 1)
        #expect(lines.count { $0["dim"]?.string == "country" } == 1)
    }
}
