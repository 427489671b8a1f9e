public import RDBytes

/// What is wrong with a rule, and at which of its characters: exit 64.
public struct RuleSyntaxError: CodedError, Equatable {
    /// The rule as it was written.
    public let text: String
    /// The character at which it is wrong, 0 for the first.
    public let offset: Int
    /// What should stand there.
    public let expected: String

    /// 64.
    public var exitCode: ExitCode { .usage }

    /// What should stand where, and what stands there.
    public var message: String {
        let rest = text.dropFirst(offset).prefix(20)
        let found = rest.isEmpty ? "the end" : "'\(rest)'"
        return "the rule is wrong at character \(offset + 1): \(expected) should stand in place of \(found)"
    }

    /// An example.
    public var remedy: String? { "write it like 'completeness(customer_id) at cleaning >= 95%'" }

    /// Two lines, the rule and a mark under the character.
    public var picture: String {
        let plain = text.map { $0.isNewline || $0 == "\t" ? " " : $0 }
        return "  \(String(plain))\n  \(String(repeating: " ", count: offset))^"
    }
}

/// Reads a `RuleExpression`.
struct RuleParser {
    private let source: String
    private let characters: [Character]
    private let words: RuleWords
    private var index = 0

    init(_ text: String, words: RuleWords) {
        source = text
        characters = Array(text)
        self.words = words
    }

    mutating func expression() throws(RuleSyntaxError) -> RuleExpression {
        let subject = try subject()
        let comparison = try comparison()
        let limit = try limit(of: subject)
        skipBlanks()
        if index < characters.count { throw wrong("nothing more") }
        return RuleExpression(subject: subject, comparison: comparison, limit: limit, text: source)
    }

    private mutating func subject() throws(RuleSyntaxError) -> RuleExpression.Subject {
        let start = start()
        let word = word()
        if let kind = NumberKind(rawValue: word), kind != .score { return .number(kind) }
        guard words.dimensions.contains(word) else {
            let known = words.dimensions + NumberKind.allCases.filter { $0 != .score }.map(\.rawValue)
            throw wrong("one of " + known.joined(separator: ", "), at: start)
        }
        var columns: [String]?
        var part = RuleExpression.Part.all
        if take("(") { (columns, part) = try arguments() }
        return .score(dimension: word, columns: columns, part: part, gate: try gate())
    }

    private mutating func arguments() throws(RuleSyntaxError) -> ([String]?, RuleExpression.Part) {
        if take(")") { return (nil, .all) }
        var columns: [String] = []
        let isAll = take("*")
        if !isAll { columns.append(try name("a column, or *")) }
        while take(",") {
            let start = start()
            let word = try name("a column, 'by COLUMN' or 'in VALUE'")
            if word == "by" {
                let column = try name("the column that parts the rows")
                try close()
                return (isAll ? nil : columns, .by(column))
            }
            if word == "in" {
                let value = try value()
                try close()
                return (isAll ? nil : columns, .of(value))
            }
            if isAll { throw wrong("'by COLUMN' or 'in VALUE'", at: start) }
            columns.append(word)
        }
        try close()
        return (isAll ? nil : columns, .all)
    }

    private mutating func close() throws(RuleSyntaxError) { if !take(")") { throw wrong("')'") } }

    private mutating func gate() throws(RuleSyntaxError) -> String? {
        let before = start()
        guard word() == "at" else {
            index = before
            return nil
        }
        let start = start()
        let gate = word()
        guard words.gates.contains(gate) else {
            throw wrong("one of " + words.gates.joined(separator: ", "), at: start)
        }
        return gate
    }

    private mutating func comparison() throws(RuleSyntaxError) -> RuleExpression.Comparison {
        skipBlanks()
        for comparison in RuleExpression.Comparison.allCases where starts(with: comparison.rawValue) {
            index += comparison.rawValue.count
            return comparison
        }
        throw wrong("one of >=, >, <=, <, =, !=")
    }

    private mutating func limit(of subject: RuleExpression.Subject) throws(RuleSyntaxError) -> ExactNumber {
        let start = start()
        var digits = ""
        while index < characters.count, characters[index].isASCII,
            characters[index].isNumber || ".-".contains(characters[index])
        {
            digits.append(characters[index])
            index += 1
        }
        guard let number = ExactNumber(digits) else { throw wrong("a number", at: start) }
        let isPercent = take("%")
        guard case .score = subject else {
            if isPercent { throw wrong("a number and no share", at: index - 1) }
            return number
        }
        let share = ExactNumber(millionths: isPercent ? number.millionths / 100 : number.millionths)
        guard (0...1_000_000).contains(share.millionths) else {
            throw wrong("a share from 0 to 1, or from 0% to 100%", at: start)
        }
        return share
    }

    private mutating func value() throws(RuleSyntaxError) -> String {
        skipBlanks()
        guard index < characters.count, characters[index] == "'" || characters[index] == "\"" else {
            return try name("a value; one of several words in quotes")
        }
        let quote = characters[index]
        let start = index
        guard let end = characters[(index + 1)...].firstIndex(of: quote) else {
            throw wrong("a value with a quote at its end", at: start)
        }
        index = end + 1
        return String(characters[(start + 1)..<end])
    }

    private mutating func name(_ expected: String) throws(RuleSyntaxError) -> String {
        let start = start()
        let name = word()
        if name.isEmpty { throw wrong(expected, at: start) }
        return name
    }

    private mutating func word() -> String {
        skipBlanks()
        let start = index
        while index < characters.count,
            characters[index].isLetter || characters[index].isNumber || characters[index] == "_"
        {
            index += 1
        }
        return String(characters[start..<index])
    }

    /// Where the next word begins.
    private mutating func start() -> Int {
        skipBlanks()
        return index
    }

    private mutating func take(_ character: Character) -> Bool {
        skipBlanks()
        guard index < characters.count, characters[index] == character else { return false }
        index += 1
        return true
    }

    private mutating func skipBlanks() { while index < characters.count, characters[index].isWhitespace { index += 1 } }

    private func starts(with text: String) -> Bool { characters[index...].starts(with: text) }

    private func wrong(_ expected: String, at place: Int? = nil) -> RuleSyntaxError {
        RuleSyntaxError(text: source, offset: place ?? index, expected: expected)
    }
}

/// The words that a rule may use, which the gates define.
public struct RuleWords: Sendable {
    let dimensions: [String]
    let gates: [String]

    /// The dimensions of quality and the gates by their names.
    public init(dimensions: [String], gates: [String]) {
        self.dimensions = dimensions
        self.gates = gates
    }
}

extension RuleExpression {
    /// Reads a rule.
    public init(parsing text: String, words: RuleWords) throws(RuleSyntaxError) {
        var parser = RuleParser(text, words: words)
        self = try parser.expression()
    }
}
