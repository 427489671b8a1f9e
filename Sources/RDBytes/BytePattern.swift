/// A regular expression over bytes that always matches the whole text, in one table look-up a byte.
///
/// The pattern becomes a nondeterministic automaton (Thompson, "Regular expression search algorithm", 1968) and that a
/// table of states by byte (the subset construction), so that matching never backtracks.
public struct BytePattern: Sendable {
    /// More states than that are refused: such a pattern is a mistake.
    static let stateLimit = 4000

    private let tables: Tables

    /// Reads a pattern: literals, `.`, `[...]`, `\d \w \s`, groups, `|`, `? * + {m} {m,n}`; anchored at both ends.
    public init(_ source: String, ignoringCase: Bool = false) throws(PatternError) {
        var parser = PatternParser(source, ignoringCase: ignoringCase)
        var automaton = PatternAutomaton()
        let end = try automaton.add(try parser.parse(), from: 0)
        tables = Tables(try automaton.determinise(accepting: end))
    }

    /// True where the whole of `text` matches.
    public func matches(_ text: RawSpan) -> Bool { tables.view.matches(text) }

    /// The pattern for hot loops: it must not be used longer than the pattern lives.
    public var view: View { tables.view }

    /// A pattern's tables without its ownership, so that matching costs no retain.
    public struct View: @unchecked Sendable {
        /// The next state by state and byte class; 0 is the state from which nothing matches.
        @usableFromInline let next: UnsafePointer<UInt16>
        /// Which class each byte is of.
        @usableFromInline let classes: UnsafePointer<UInt8>
        @usableFromInline let accepts: UnsafePointer<Bool>
        @usableFromInline let width: Int

        /// True where the whole of `text` matches.
        @inlinable public func matches(_ text: RawSpan) -> Bool {
            var state = 1
            for index in 0..<text.byteCount {
                state = Int(next[state &* width &+ Int(classes[Int(text[index])])])
                if state == 0 { return false }
            }
            return accepts[state]
        }
    }

    private final class Tables: Sendable {
        let view: View

        init(_ compiled: (next: [UInt16], classes: [UInt8], accepts: [Bool], width: Int)) {
            view = View(
                next: Self.copy(compiled.next), classes: Self.copy(compiled.classes),
                accepts: Self.copy(compiled.accepts), width: compiled.width)
        }

        deinit {
            view.next.deallocate()
            view.classes.deallocate()
            view.accepts.deallocate()
        }

        private static func copy<Element>(_ elements: [Element]) -> UnsafePointer<Element> {
            let memory = UnsafeMutablePointer<Element>.allocate(capacity: elements.count)
            memory.initialize(from: elements, count: elements.count)
            return UnsafePointer(memory)
        }
    }
}

/// A nondeterministic automaton.
struct PatternAutomaton {
    private var free: [[Int]] = [[]]
    private var moves: [[(set: ByteSet, to: Int)]] = [[]]

    private mutating func newState() throws(PatternError) -> Int {
        guard free.count < BytePattern.stateLimit else {
            throw PatternError(offset: 0, problem: "the pattern is too large")
        }
        free.append([])
        moves.append([])
        return free.count - 1
    }

    /// Adds what matches `node` from `start` on, and gives the state behind it.
    mutating func add(_ node: PatternNode, from start: Int) throws(PatternError) -> Int {
        switch node {
        case .empty: return start
        case .bytes(let set):
            let end = try newState()
            moves[start].append((set, end))
            return end
        case .sequence(let nodes):
            var place = start
            for part in nodes { place = try add(part, from: place) }
            return place
        case .choice(let branches):
            let end = try newState()
            for branch in branches {
                let begin = try newState()
                free[start].append(begin)
                free[try add(branch, from: begin)].append(end)
            }
            return end
        case .repeated(let part, let least, let most): return try addRepeated(part, least, most, from: start)
        }
    }

    private mutating func addRepeated(_ part: PatternNode, _ least: Int, _ most: Int?, from start: Int)
        throws(PatternError) -> Int
    {
        var place = start
        for _ in 0..<least { place = try add(part, from: place) }
        guard let most else {
            let loop = try newState()
            free[place].append(loop)
            let back = try add(part, from: loop)
            free[back].append(loop)
            let end = try newState()
            free[loop].append(end)
            return end
        }
        let end = try newState()
        free[place].append(end)
        for _ in least..<most {
            let begin = try newState()
            free[place].append(begin)
            place = try add(part, from: begin)
            free[place].append(end)
        }
        return end
    }

    /// Bytes that no set tells apart are of one class.
    private func byteClasses() -> (classes: [UInt8], members: [UInt8]) {
        var sets: [ByteSet] = []
        for (set, _) in moves.joined() where !sets.contains(set) { sets.append(set) }
        var known: [[Bool]: UInt8] = [:]
        var members: [UInt8] = []
        let classes = (UInt8.min...UInt8.max).map { byte in
            let signature = sets.map { $0.contains(byte) }
            if let number = known[signature] { return number }
            let number = UInt8(known.count)
            known[signature] = number
            members.append(byte)
            return number
        }
        return (classes, members)
    }

    func determinise(accepting end: Int) throws(PatternError) -> (
        next: [UInt16], classes: [UInt8], accepts: [Bool], width: Int
    ) {
        let (classes, members) = byteClasses()
        var numbers: [Set<Int>: Int] = [[]: 0]
        var states: [Set<Int>] = [[], closure([0])]
        numbers[states[1]] = 1
        var next = [UInt16](repeating: 0, count: members.count)
        var index = 1
        while index < states.count {
            for member in members {
                let targets = states[index].flatMap { moves[$0].filter { $0.set.contains(member) }.map(\.to) }
                if targets.isEmpty {
                    next.append(0)
                    continue
                }
                let state = closure(targets)
                if numbers[state] == nil {
                    guard states.count < BytePattern.stateLimit else {
                        throw PatternError(offset: 0, problem: "the pattern has too many states")
                    }
                    numbers[state] = states.count
                    states.append(state)
                }
                next.append(UInt16(numbers[state]!))
            }
            index += 1
        }
        return (next, classes, states.map { $0.contains(end) }, members.count)
    }

    private func closure(_ seeds: [Int]) -> Set<Int> {
        var result = Set(seeds)
        var queue = seeds
        while let state = queue.popLast() {
            for other in free[state] where result.insert(other).inserted { queue.append(other) }
        }
        return result
    }
}
