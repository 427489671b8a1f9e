/// Why a pattern cannot be read.
public struct PatternError: Error, Equatable, CustomStringConvertible {
    /// Bytes from the start of the pattern.
    public let offset: Int
    /// What is wrong there.
    public let problem: String

    /// The place and the problem.
    public var description: String { "at character \(offset + 1): \(problem)" }
}

/// A pattern as a tree.
indirect enum PatternNode {
    case empty
    case bytes(ByteSet)
    case sequence([PatternNode])
    case choice([PatternNode])
    /// `most` is nil for no upper bound.
    case repeated(PatternNode, least: Int, most: Int?)
}

/// A set of bytes.
struct ByteSet: Equatable {
    private(set) var words = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))

    static func == (left: ByteSet, right: ByteSet) -> Bool { left.words == right.words }

    init() {}

    init(_ bytes: some Sequence<UInt8>) { for byte in bytes { insert(byte) } }

    mutating func insert(_ byte: UInt8) {
        let bit: UInt64 = 1 << UInt64(byte & 63)
        switch byte >> 6 {
        case 0: words.0 |= bit
        case 1: words.1 |= bit
        case 2: words.2 |= bit
        default: words.3 |= bit
        }
    }

    func contains(_ byte: UInt8) -> Bool {
        let word = [words.0, words.1, words.2, words.3][Int(byte >> 6)]
        return word >> UInt64(byte & 63) & 1 == 1
    }

    var inverted: ByteSet { ByteSet((UInt8.min...UInt8.max).filter { !contains($0) }) }

    func union(_ other: ByteSet) -> ByteSet {
        ByteSet((UInt8.min...UInt8.max).filter { contains($0) || other.contains($0) })
    }
}

/// Reads the pattern syntax: literals, `.`, classes, `\d \w \s`, groups, `|`, and the quantifiers `? * + {m} {m,n}`.
struct PatternParser {
    private let text: [UInt8]
    private var index = 0
    private let ignoringCase: Bool

    init(_ text: String, ignoringCase: Bool) {
        self.text = Array(text.utf8)
        self.ignoringCase = ignoringCase
    }

    mutating func parse() throws(PatternError) -> PatternNode {
        if peek == UInt8(ascii: "^") { index += 1 }
        let node = try choice()
        guard index == text.count else { throw PatternError(offset: index, problem: "')' closes no group") }
        return node
    }

    private var peek: UInt8? { index < text.count ? text[index] : nil }

    private mutating func take(_ byte: Character) -> Bool {
        guard peek == byte.asciiValue else { return false }
        index += 1
        return true
    }

    private mutating func choice() throws(PatternError) -> PatternNode {
        var branches = [try sequence()]
        while take("|") { branches.append(try sequence()) }
        return branches.count == 1 ? branches[0] : .choice(branches)
    }

    private mutating func sequence() throws(PatternError) -> PatternNode {
        var nodes: [PatternNode] = []
        while let byte = peek, byte != UInt8(ascii: "|"), byte != UInt8(ascii: ")") {
            if byte == UInt8(ascii: "$"), index + 1 == text.count {
                index += 1
                break
            }
            nodes.append(try quantified())
        }
        return nodes.isEmpty ? .empty : .sequence(nodes)
    }

    private mutating func quantified() throws(PatternError) -> PatternNode {
        var node = try atom()
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "?"): node = .repeated(node, least: 0, most: 1)
            case UInt8(ascii: "*"): node = .repeated(node, least: 0, most: nil)
            case UInt8(ascii: "+"): node = .repeated(node, least: 1, most: nil)
            case UInt8(ascii: "{"):
                node = try counted(node)
                continue
            default: return node
            }
            index += 1
        }
        return node
    }

    private mutating func counted(_ node: PatternNode) throws(PatternError) -> PatternNode {
        let start = index
        index += 1
        guard let least = number() else { throw PatternError(offset: index, problem: "a count is missing after '{'") }
        var most: Int? = least
        if take(",") { most = number() }
        guard take("}") else { throw PatternError(offset: index, problem: "'}' is missing") }
        guard least <= most ?? least, max(least, most ?? 0) <= 256 else {
            throw PatternError(offset: start, problem: "the counts must rise and be at most 256")
        }
        return .repeated(node, least: least, most: most)
    }

    private mutating func number() -> Int? {
        var value: Int?
        while let byte = peek, byte &- 0x30 < 10, (value ?? 0) < 100_000 {
            value = (value ?? 0) * 10 + Int(byte - 0x30)
            index += 1
        }
        return value
    }

    private mutating func atom() throws(PatternError) -> PatternNode {
        let start = index
        let byte = text[index]
        index += 1
        switch byte {
        case UInt8(ascii: "("):
            if take("?"), !take(":") { throw PatternError(offset: index, problem: "only (?: may follow '('") }
            let inside = try choice()
            guard take(")") else { throw PatternError(offset: start, problem: "the group is never closed") }
            return inside
        case UInt8(ascii: "["): return .bytes(try byteClass(start))
        case UInt8(ascii: "."): return .bytes(ByteSet([0x0A]).inverted)
        case UInt8(ascii: "\\"): return .bytes(try escape())
        case UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "?"), UInt8(ascii: "{"):
            throw PatternError(offset: start, problem: "there is nothing to repeat")
        default: return .bytes(literal(byte))
        }
    }

    private func literal(_ byte: UInt8) -> ByteSet {
        let isLetter = byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A
        return ignoringCase && isLetter ? ByteSet([byte | 0x20, byte & ~0x20]) : ByteSet([byte])
    }

    private mutating func escape() throws(PatternError) -> ByteSet {
        guard let byte = peek else { throw PatternError(offset: index, problem: "a character is missing after '\\'") }
        index += 1
        let digits = ByteSet(0x30...0x39)
        let blanks = ByteSet([0x20, 0x09, 0x0A, 0x0D, 0x0B, 0x0C])
        let word = digits.union(ByteSet(0x41...0x5A)).union(ByteSet(0x61...0x7A)).union(ByteSet([0x5F]))
        switch byte {
        case UInt8(ascii: "d"): return digits
        case UInt8(ascii: "D"): return digits.inverted
        case UInt8(ascii: "s"): return blanks
        case UInt8(ascii: "S"): return blanks.inverted
        case UInt8(ascii: "w"): return word
        case UInt8(ascii: "W"): return word.inverted
        case UInt8(ascii: "t"): return ByteSet([0x09])
        case UInt8(ascii: "n"): return ByteSet([0x0A])
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
            throw PatternError(
                offset: index - 1, problem: "'\\\(String(decoding: [byte], as: UTF8.self))' is not known")
        default: return ByteSet([byte])
        }
    }

    private mutating func byteClass(_ start: Int) throws(PatternError) -> ByteSet {
        let isInverted = take("^")
        var set = ByteSet()
        var isFirst = true
        while let byte = peek, byte != UInt8(ascii: "]") || isFirst {
            isFirst = false
            index += 1
            if byte == UInt8(ascii: "\\") {
                set = set.union(try escape())
                continue
            }
            guard peek == UInt8(ascii: "-"), index + 1 < text.count, text[index + 1] != UInt8(ascii: "]") else {
                set = set.union(literal(byte))
                continue
            }
            let last = text[index + 1]
            guard byte <= last else { throw PatternError(offset: index - 1, problem: "the range runs backwards") }
            for member in byte...last { set = set.union(literal(member)) }
            index += 2
        }
        guard take("]") else { throw PatternError(offset: start, problem: "the class is never closed") }
        return isInverted ? set.inverted : set
    }
}
