import RDBytes
import RDTesting
import Testing

/// A pattern as a tree, which can be written down and matched by trying everything.
indirect enum PatternTree {
    case byte(UInt8)
    case any
    case set(Set<UInt8>, isInverted: Bool)
    case sequence([PatternTree])
    case choice([PatternTree])
    case repeated(PatternTree, least: Int, most: Int?)

    /// The pattern's text.
    var text: String {
        switch self {
        case .byte(let byte): return String(Character(Unicode.Scalar(byte)))
        case .any: return "."
        case .set(let bytes, let isInverted):
            return "[\(isInverted ? "^" : "")\(String(decoding: bytes.sorted(), as: UTF8.self))]"
        case .sequence(let parts): return parts.map(\.text).joined()
        case .choice(let parts): return "(?:" + parts.map(\.text).joined(separator: "|") + ")"
        case .repeated(let part, let least, let most):
            let inside = "(\(part.text))"
            switch (least, most) {
            case (0, 1): return inside + "?"
            case (0, nil): return inside + "*"
            case (1, nil): return inside + "+"
            case (let count, let limit) where limit == count: return inside + "{\(count)}"
            default: return inside + "{\(least),\(most.map(String.init) ?? "")}"
            }
        }
    }

    /// Where matches that begin at any of `starts` may end.
    func ends(_ text: [UInt8], _ starts: Set<Int>) -> Set<Int> {
        switch self {
        case .byte(let byte): return step(text, starts) { $0 == byte }
        case .any: return step(text, starts) { $0 != 0x0A }
        case .set(let bytes, let isInverted): return step(text, starts) { bytes.contains($0) != isInverted }
        case .sequence(let parts): return parts.reduce(starts) { $1.ends(text, $0) }
        case .choice(let parts): return parts.reduce(into: []) { $0.formUnion($1.ends(text, starts)) }
        case .repeated(let part, let least, let most):
            var places = starts
            for _ in 0..<least { places = part.ends(text, places) }
            var all = places
            for _ in 0..<(most.map { $0 - least } ?? text.count + 1) {
                places = part.ends(text, places)
                all.formUnion(places)
            }
            return all
        }
    }

    private func step(_ text: [UInt8], _ starts: Set<Int>, _ isMatch: (UInt8) -> Bool) -> Set<Int> {
        Set(starts.filter { $0 < text.count && isMatch(text[$0]) }.map { $0 + 1 })
    }

    /// A random pattern over few letters, so that it often matches.
    static func random(_ random: inout SeededRandom, depth: Int) -> PatternTree {
        switch random.below(depth > 0 ? 8 : 4) {
        case 0, 1: return .byte(random.pick(Array("abc".utf8)))
        case 2: return .any
        case 3:
            return .set(
                Set((0..<1 + random.below(2)).map { _ in random.pick(Array("abc".utf8)) }), isInverted: random.oneIn(3))
        case 4, 5: return .sequence((0..<random.below(4)).map { _ in Self.random(&random, depth: depth - 1) })
        case 6: return .choice((0..<1 + random.below(3)).map { _ in Self.random(&random, depth: depth - 1) })
        default:
            let least = random.below(3)
            let most = random.oneIn(2) ? nil : least + random.below(3)
            return .repeated(Self.random(&random, depth: depth - 1), least: least, most: most)
        }
    }
}

@Suite struct BytePatternTests {
    static func matches(_ pattern: String, _ text: String, ignoringCase: Bool = false) throws -> Bool {
        let compiled = try BytePattern(pattern, ignoringCase: ignoringCase)
        return withSpan(text) { compiled.matches($0) }
    }

    @Test func matchesLikeTryingEverything() throws {
        var random = SeededRandom(25)
        for _ in 0..<600 {
            let tree = PatternTree.random(&random, depth: 3)
            let pattern = try BytePattern(tree.text)
            for _ in 0..<25 {
                let text = random.bytes(upTo: 8, of: "abcd\n")
                let found = withSpan(text) { pattern.matches($0) }
                let isMatch = tree.ends(text, [0]).contains(text.count)
                #expect(found == isMatch, "\(tree.text) on \(String(decoding: text, as: UTF8.self))")
            }
        }
    }

    @Test(arguments: [
        ("[0-9]{5}[A-Z]{0,2}", "85123A", true), ("[0-9]{5}[A-Z]{0,2}", "85123ABC", false), ("", "", true),
        ("^C?\\d{6}$", "C536379", true), ("^C?\\d{6}$", "536379 ", false), ("a|b|", "", true), ("[]a]+", "a]a", true),
        ("[a-]", "-", true), ("[^a-c]", "d", true), ("[^a-c]", "b", false), ("\\.\\*\\\\", ".*\\", true),
        ("\\w+\\s\\W", "ab_9 !", true), ("\\D\\S", "ab", true), ("[\\d.]+", "1.5", true), ("a{2,}", "aaa", true),
        ("(ab)+", "ababa", false), ("é+", "éé", false), ("(é)+", "éé", true), ("$5", "$5", true),
        ("\\t\\n", "\t\n", true),
    ])
    func matchesTheWholeText(_ pattern: String, _ text: String, _ expected: Bool) throws {
        #expect(try Self.matches(pattern, text) == expected)
    }

    @Test func ignoresCaseWhereAsked() throws {
        #expect(try Self.matches("amazon[a-c]x", "AmAzOnBX", ignoringCase: true))
        #expect(try !Self.matches("amazon", "Amazon"))
    }

    @Test(arguments: [
        "(", ")", "(a", "[", "[a", "a)", "*", "+a", "?", "{2}", "a{", "a{2", "a{,2}", "a{3,2}", "a{999}", "[b-a]", "\\",
        "\\q", "(?=a)", "(?<n>a)",
    ])
    func refusesWhatItCannotRead(_ pattern: String) {
        #expect(throws: PatternError.self) { try BytePattern(pattern) }
    }

    @Test func refusesPatternsThatAreTooLarge() {
        #expect(throws: PatternError.self) { try BytePattern("((a{200}){200}){200}") }
        #expect(throws: PatternError.self) { try BytePattern("(a|b)*a(a|b){15}") }
    }
}
