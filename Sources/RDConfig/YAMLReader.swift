import Yams

/// What is wrong with a configuration file, and where.
public struct ConfigurationFlaw: Equatable, Sendable, CustomStringConvertible {
    /// The file.
    public let file: String
    /// The line, from 1.
    public let line: Int
    /// The column, from 1.
    public let column: Int
    /// What was found and what was expected.
    public let problem: String

    /// A flaw at a place.
    public init(file: String, line: Int, column: Int, problem: String) {
        (self.file, self.line, self.column, self.problem) = (file, line, column, problem)
    }

    /// `file:line:column: problem`.
    public var description: String { "\(file):\(line):\(column): \(problem)" }
}

extension [ConfigurationFlaw] {
    /// In the order of the file, each once: what is read twice, as a node that is used again is, has its flaws twice.
    public var inOrder: [ConfigurationFlaw] {
        var seen: Set<String> = []
        func place(_ flaw: EnumeratedSequence<Self>.Element) -> (Int, Int, Int) {
            (flaw.element.line, flaw.element.column, flaw.offset)
        }
        return enumerated().filter { seen.insert($0.element.description).inserted }
            .sorted { place($0) < place($1) }.map(\.element)
    }
}

/// Reads YAML nodes strictly and gathers every flaw.
struct YAMLReader {
    let file: String
    private(set) var flaws: [ConfigurationFlaw] = []

    init(file: String) { self.file = file }

    mutating func fail(_ node: Node?, _ problem: String) {
        let mark = node?.mark
        flaws.append(ConfigurationFlaw(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, problem: problem))
    }

    /// The document; nil (with a flaw) where the text is not YAML.
    mutating func document(_ text: String) -> Node? {
        do {
            // The mark of its encoding that some editors put in front is none of the text.
            let text = text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
            guard let node = try Yams.compose(yaml: text) else {
                fail(nil, "the file is empty; expected a mapping that begins with kind:")
                return nil
            }
            return node
        } catch let error as YamlError {
            fail(syntax: error)
        } catch {
            fail(nil, "not YAML: \(error)")
        }
        return nil
    }

    private mutating func fail(syntax error: YamlError) {
        switch error {
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            flaws.append(
                ConfigurationFlaw(file: file, line: mark.line, column: mark.column, problem: "not YAML: \(problem)"))
        case .duplicatedKeysInMapping(let keys, let context):
            for key in keys {
                let problem = "the key '\(key)' stands twice"
                flaws.append(
                    ConfigurationFlaw(
                        file: file, line: context.mark.line, column: context.mark.column, problem: problem))
            }
        default: fail(nil, "not YAML: \(error)")
        }
    }

    /// The members of a mapping whose keys are all among `known`; others are flaws, with the nearest known one.
    mutating func members(_ node: Node, known: [String], what: String) -> [String: Node] {
        guard case .mapping(let mapping) = node else {
            fail(node, "found \(describe(node)); expected a mapping for \(what)")
            return [:]
        }
        var result: [String: Node] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            if result[name] != nil { fail(key, "the key '\(name)' stands twice in \(what)") }
            guard known.isEmpty || known.contains(name) else {
                let near = nearest(name, known).map { "; did you mean '\($0)'?" } ?? ""
                fail(key, "unknown key '\(name)' in \(what); expected one of \(known.joined(separator: ", "))\(near)")
                continue
            }
            result[name] = value
        }
        return result
    }

    mutating func required(_ members: [String: Node], _ name: String, in node: Node, _ what: String) -> Node? {
        if let value = members[name] { return value }
        fail(node, "\(what) lacks '\(name)'")
        return nil
    }

    mutating func string(_ node: Node, _ what: String) -> String? {
        if case .scalar(let scalar) = node, !scalar.string.isEmpty { return scalar.string }
        fail(node, "found \(describe(node)); expected a text for \(what)")
        return nil
    }

    mutating func bool(_ node: Node, _ what: String) -> Bool? {
        if let value = node.bool { return value }
        fail(node, "found \(describe(node)); expected true or false for \(what)")
        return nil
    }

    mutating func integer(_ node: Node, _ what: String, in range: ClosedRange<Int>) -> Int? {
        if let value = node.int, range.contains(value) { return value }
        fail(
            node,
            "found \(describe(node)); expected a whole number from \(range.lowerBound) to \(range.upperBound) for \(what)"
        )
        return nil
    }

    mutating func list(_ node: Node, _ what: String) -> [Node] {
        if case .sequence(let sequence) = node { return Array(sequence) }
        fail(node, "found \(describe(node)); expected a list for \(what)")
        return []
    }

    mutating func oneOf(_ node: Node, _ known: [String], _ what: String) -> String? {
        guard let value = string(node, what) else { return nil }
        if known.contains(value) { return value }
        let near = nearest(value, known).map { "; did you mean '\($0)'?" } ?? ""
        fail(node, "found '\(value)'; expected one of \(known.joined(separator: ", ")) for \(what)\(near)")
        return nil
    }

    func describe(_ node: Node) -> String {
        switch node {
        case .scalar(let scalar): scalar.string.isEmpty ? "nothing" : "'\(scalar.string)'"
        case .mapping: "a mapping"
        case .sequence: "a list"
        case .alias: "an alias"
        }
    }
}

/// The word of `known` that is nearest to `word`, at most two edits away.
func nearest(_ word: String, _ known: [String]) -> String? {
    known.map { ($0, edits(Array(word.lowercased()), Array($0.lowercased()))) }.filter { $0.1 <= 2 }
        .min { $0.1 < $1.1 }?.0
}

/// The Levenshtein distance.
private func edits(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (index, letter) in left.enumerated() {
        var previous = row[0]
        row[0] = index + 1
        for (place, other) in right.enumerated() {
            let changed = previous + (letter == other ? 0 : 1)
            previous = row[place + 1]
            row[place + 1] = min(changed, row[place] + 1, previous + 1)
        }
    }
    return row[right.count]
}
