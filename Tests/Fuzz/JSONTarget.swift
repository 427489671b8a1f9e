import RDBytes
import RDRecord
import RDTesting

/// The two readers of JSON over any bytes: they agree, and what is written is read back equal.
struct JSONTarget: FuzzTarget {
    var words: [String] {
        [
            "{", "}", "[", "]", "\"", ":", ",", "\\", "\\u0000", "\\ud834\\udd1e", "\\ud834", "\\n", "true", "false",
            "null", "-0", "1e5", "0.1", " ", "\t", "\u{B}", "é", "𝄞", "\"invoice_no\":", "\"quantity\":", "\"line\":1",
            "[[[[[[[[[[[[[[[[", "]]]]]]]]]]]]]]]]", "\"@rd\":", "\"description\"", "12345678901234567890",
        ]
    }

    func check(_ input: [UInt8]) throws -> String {
        try withSpan(input) { span in
            let tree: JSONValue
            do throws(JSONError) {
                tree = try JSONValue(parsing: span)
            } catch {
                try rule(error.offset >= 0 && error.offset <= input.count, "a flaw outside the text: \(error)")
                if error.expected != "less nesting" {
                    try rule(Self.scan(span) == nil, "the scanner takes what the tree refuses: \(error)")
                }
                return "refused: \(error.expected) \(input.count.bitWidth - input.count.leadingZeroBitCount)"
            }
            try checkTree(tree)
            try checkRecord(span, tree)
            return Self.shape(tree, depth: 3)
        }
    }

    private func checkTree(_ tree: JSONValue) throws {
        let text = tree.text
        guard let again = try? JSONValue(parsing: text) else {
            throw BrokenRule("what was written is no JSON: \(text)")
        }
        try rule(again == tree, "what was written reads back otherwise: \(text)")
        try rule(again.text == text, "writing twice gives another text: \(text)")
    }

    private static func scan(_ span: RawSpan) -> FieldTable? {
        var table = FieldTable()
        do { try recordScanner.scan(span, into: &table) } catch { return nil }
        return table
    }

    /// A record has the members that the tree has, also in its canonical form.
    private func checkRecord(_ span: RawSpan, _ tree: JSONValue) throws {
        guard let table = Self.scan(span) else {
            return try rule(tree.members == nil, "the scanner refuses an object: \(span.text)")
        }
        guard let members = tree.members else { throw BrokenRule("the scanner takes what is no object: \(span.text)") }
        let isPlain = members.allSatisfy { !$0.name.isEmpty } && !span.hasEscapedName(table)
        guard isPlain else { return }
        for slot in 0..<Field.names.count {
            let value = table[slot]
            let expected = tree[Field.names[slot]]
            let found = value.kind == .absent ? nil : try? JSONValue(parsing: span.extracting(value.outer))
            try rule(found == expected, "\(Field.names[slot]) is not what the tree has: \(span.text)")
        }
        let canonical = writtenText { $0.appendCanonical(span, table) }
        let again = try? JSONValue(parsing: canonical)
        for name in Set(members.map(\.name)) {
            try rule(again?[name] == tree[name], "the canonical form has another \(name): \(canonical)")
        }
    }

    private static func shape(_ tree: JSONValue, depth: Int) -> String {
        guard depth > 0 else { return "." }
        switch tree {
        case .null: return "n"
        case .bool: return "b"
        case .number(let text): return text.contains("e") ? "e" : text.contains(".") ? "d" : "i"
        case .string(let text): return text.utf8.contains { $0 < 0x20 || $0 > 0x7F } ? "u" : "s"
        case .array(let items): return "[" + Set(items.map { shape($0, depth: depth - 1) }).sorted().joined() + "]"
        case .object(let members):
            return "{" + Set(members.map { shape($0.value, depth: depth - 1) }).sorted().joined() + "}"
        }
    }
}

extension RawSpan {
    /// True where a member's name has escapes: the scanner compares names as they are written.
    func hasEscapedName(_ table: FieldTable) -> Bool {
        table.others.contains { firstIndex(of: 0x5C, in: $0.name) != nil }
    }
}
