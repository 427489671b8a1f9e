import RDBytes
import RDTesting
import Testing

@Suite struct RecordScannerTests {
    static let names = ["id", "invoice_no", "quantity", "a_name_of_twenty_nine_bytes_x", "price", "note"]
    static let scanner = RecordScanner(names: names)

    /// The values by name, as JSON, in the way that a tree of the same line has them.
    static func values(_ line: String, _ table: inout FieldTable) throws -> [String: JSONValue] {
        try withSpan(line) { span in
            try scanner.scan(span, into: &table)
            var values: [String: JSONValue] = [:]
            for (slot, name) in names.enumerated() where table[slot].kind != .absent {
                values[name] = try value(span, table[slot])
            }
            for other in table.others {
                let name = try JSONValue(
                    parsing: span.extracting(other.name.lowerBound - 1..<other.name.upperBound + 1))
                values[name.string ?? ""] = try value(span, other.value)
            }
            return values
        }
    }

    private static func value(_ span: RawSpan, _ field: FieldValue) throws -> JSONValue {
        let tree = try JSONValue(parsing: span.extracting(field.outer))
        #expect(kind(tree, span, field) == field.kind)
        return tree
    }

    private static func kind(_ tree: JSONValue, _ span: RawSpan, _ field: FieldValue) -> FieldValue.Kind {
        switch tree {
        case .null: return .null
        case .bool: return .bool
        case .number: return .number
        case .array, .object: return .nested
        case .string:
            let backslash = span.firstIndex(of: 0x5C, in: field.range)
            return backslash == nil ? .string : .escapedString
        }
    }

    /// Records with known and unknown members in any order, each value of any kind.
    static func randomRecord(_ random: inout SeededRandom) -> JSONValue {
        var members: [JSONValue.Member] = []
        for name in names where !random.oneIn(4) { members.append(.init(name, random.json(depth: 2))) }
        for index in 0..<random.below(3) { members.append(.init("extra_\(index)é", random.json(depth: 1))) }
        if random.oneIn(3) { members.shuffle(using: &random) }
        return .object(members)
    }

    @Test func readsRecordsLikeTheTree() throws {
        var random = SeededRandom(11)
        var table = FieldTable()
        for _ in 0..<1500 {
            let record = Self.randomRecord(&random)
            let expected = Dictionary(
                (record.members ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
            #expect(try Self.values(record.text, &table) == expected)
        }
    }

    /// Known names are compared as bytes: here only the values' strings have escapes.
    @Test func readsRecordsWithWhiteSpace() throws {
        var random = SeededRandom(12)
        var table = FieldTable()
        for _ in 0..<1500 {
            let members = Self.randomRecord(&random).members ?? []
            let inside = members.map { member in
                "\(random.blanks())\"\(member.name)\"\(random.blanks()):\(random.loose(member.value))"
            }
            let line = "\(random.blanks()){\(inside.joined(separator: ","))\(random.blanks())}\(random.blanks())"
            let expected = Dictionary(members.map { ($0.name, $0.value) }, uniquingKeysWith: { _, last in last })
            #expect(try Self.values(line, &table) == expected, "\(line)")
        }
    }

    @Test func refusesRecordsCutAtEveryByte() {
        var random = SeededRandom(13)
        var table = FieldTable()
        for _ in 0..<150 {
            let text = Array(Self.randomRecord(&random).text.utf8)
            for size in 0..<text.count {
                let isRefused = withSpan(text[..<size]) { span in
                    do { try Self.scanner.scan(span, into: &table) } catch { return true }
                    return false
                }
                #expect(isRefused, "the first \(size) bytes of \(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    /// A line that the scanner takes is an object for the tree parser too, and the other way round.
    @Test func agreesWithTheTreeAboutBrokenLines() {
        var random = SeededRandom(14)
        var table = FieldTable()
        for _ in 0..<5000 {
            var text = Array(Self.randomRecord(&random).text.utf8)
            for _ in 0...random.below(2) {
                text[random.below(text.count)] = random.pick(Array("{}[],:\"\\u0e-+. tfn\n".utf8))
            }
            withSpan(text) { span in
                let tree = try? JSONValue(parsing: span)
                let isTaken = (try? Self.scanner.scan(span, into: &table)) != nil
                #expect(isTaken == (tree?.members != nil), "\(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    @Test func refusesBytesThatAreNotUTF8() {
        var table = FieldTable()
        withSpan(Array(#"{"note":"caf"#.utf8) + [0xE9] + Array(#""}"#.utf8)) { span in
            #expect(throws: JSONError(12, "UTF-8")) { try Self.scanner.scan(span, into: &table) }
        }
    }

    @Test func takesTheLastOfTwoMembers() throws {
        var table = FieldTable()
        #expect(try Self.values(#"{"id":1,"price":2,"id":3}"#, &table) == ["id": 3, "price": 2])
    }

    @Test func forgetsTheRecordBefore() throws {
        var table = FieldTable()
        _ = try Self.values(#"{"id":1,"price":2,"x":3}"#, &table)
        #expect(try Self.values("{}", &table).isEmpty)
        #expect(try Self.values(#" { "note" : null } "#, &table) == ["note": .null])
    }

    @Test func tellsNamesApartThatBeginAlike() throws {
        let scanner = RecordScanner(names: ["a", "ab", "abc", "abcdefgh", "abcdefghi"])
        var table = FieldTable()
        try withSpan(#"{"abcdefghi":1,"abcdefgh":2,"abcd":3,"abc":4,"ab":5,"a":6,"":7}"#) { span in
            try scanner.scan(span, into: &table)
            let texts = (0..<5).map { span.text(table[$0].range) }
            #expect(texts == ["6", "5", "4", "2", "1"])
            #expect(table.others.count == 2)
        }
    }

    @Test(arguments: [
        "", " ", "[]", "1", "{}x", "{}{}", "{\"id\":1}}", "{\"id\":1,}", "{,}", "{\"id\" 1}", "{\"id\":[1,}",
        "{\"id\":{\"a\"}}",
    ])
    func refusesWhatIsNoRecord(_ text: String) {
        var table = FieldTable()
        withSpan(text) { span in
            #expect(throws: JSONError.self) { try Self.scanner.scan(span, into: &table) }
        }
    }
}
