/// A pattern for the names of files, as fnmatch(3) has it, so far that two of them can be held against each other.
struct FileNamePattern {
    private enum Part {
        case star
        case one(Set<UInt8>)
    }

    private var parts: [Part] = []
    /// True where the first byte is a dot in so many words: wildcards match none there.
    private let beginsWithDot: Bool

    /// Nil for what is not understood here: classes of characters by name, a bracket that is not closed.
    init?(_ text: String) {
        var rest = Array(text.utf8)[...]
        beginsWithDot = rest.first == UInt8(ascii: ".") || rest.starts(with: "\\.".utf8)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"): parts.append(.star)
            case UInt8(ascii: "?"): parts.append(.one(Set(0...255)))
            case UInt8(ascii: "["):
                guard let set = Self.bracket(&rest) else { return nil }
                parts.append(.one(set))
            case UInt8(ascii: "\\"): parts.append(.one([rest.popFirst() ?? byte]))
            default: parts.append(.one([byte]))
            }
        }
    }

    /// What a bracket stands for; `rest` is behind its opening sign.
    private static func bracket(_ rest: inout ArraySlice<UInt8>) -> Set<UInt8>? {
        var isInverse = false
        if let first = rest.first, first == UInt8(ascii: "!") || first == UInt8(ascii: "^") {
            isInverse = true
            rest.removeFirst()
        }
        var found: Set<UInt8> = []
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return isInverse ? Set(0...255).subtracting(found) : found }
            isFirst = false
            if byte == UInt8(ascii: "["), let next = rest.first, [0x3A, 0x2E, 0x3D].contains(next) { return nil }
            var last = byte
            if rest.first == UInt8(ascii: "-"), let end = rest.dropFirst().first, end != UInt8(ascii: "]") {
                last = end
                rest.removeFirst(2)
            }
            if byte <= last { found.formUnion(byte...last) }
        }
        return nil
    }

    /// True where some name matches both.
    func overlaps(_ other: FileNamePattern) -> Bool {
        guard beginsWithDot == other.beginsWithDot else { return false }
        var waiting = [[0, 0]]
        var seen: Set<[Int]> = [[0, 0]]
        while let place = waiting.popLast() {
            if place == [parts.count, other.parts.count] { return true }
            for next in steps(place, other) where seen.insert(next).inserted { waiting.append(next) }
        }
        return false
    }

    /// Where both may be after what matches at `place`.
    private func steps(_ place: [Int], _ other: FileNamePattern) -> [[Int]] {
        let (mine, theirs) = (place[0], place[1])
        let one = mine < parts.count ? parts[mine] : nil
        let two = theirs < other.parts.count ? other.parts[theirs] : nil
        var found: [[Int]] = []
        if case .star = one {
            found.append([mine + 1, theirs])
            if two != nil { found.append([mine, theirs + 1]) }
        }
        if case .star = two {
            found.append([mine, theirs + 1])
            if one != nil { found.append([mine + 1, theirs]) }
        }
        if case .one(let left) = one, case .one(let right) = two, !left.isDisjoint(with: right) {
            found.append([mine + 1, theirs + 1])
        }
        return found
    }
}
