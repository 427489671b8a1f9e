import Glibc
import RDBytes
import RDProcess
import RDTesting

/// A reader and the rules that must hold whatever it reads.
protocol FuzzTarget {
    /// Pieces of text that mean something to the reader.
    var words: [String] { get }
    /// Feeds it `input`. Throws a `BrokenRule`; otherwise says in a few words what happened, so that an input with an
    /// outcome of its own is kept and varied.
    func check(_ input: [UInt8]) throws -> String
}

/// A rule that did not hold.
struct BrokenRule: Error {
    let text: String
    init(_ text: String) { self.text = text }
}

/// Throws where `isTrue` is not.
func rule(_ isTrue: Bool, _ text: @autoclosure () -> String) throws(BrokenRule) {
    if !isTrue { throw BrokenRule(text()) }
}

/// Feeds a target with variations of a pool that grows by every input with a new outcome.
struct FuzzLoop {
    private static let largestPool = 2000

    private let name: String
    private let seed: UInt64
    private var pool: [[UInt8]]
    private let words: [[UInt8]]
    private let keeper: InputKeeper
    private var random: SeededRandom
    private var outcomes: Set<String> = []

    init(name: String, seed: UInt64, pool: [[UInt8]], words: [String], keeper: InputKeeper) {
        self.name = name
        self.seed = seed
        self.pool = pool.isEmpty ? [[]] : pool
        self.words = words.map { Array($0.utf8) }
        self.keeper = keeper
        random = SeededRandom(seed)
    }

    /// Runs for so long; first the pool as it is, then variations of it.
    mutating func run(_ target: any FuzzTarget, seconds: Int) throws {
        let end = Clock.monotonicNanoseconds() + Int64(seconds) * 1_000_000_000
        for input in pool { try check(target, input) }
        var count = pool.count
        while Clock.monotonicNanoseconds() < end {
            try check(target, variation())
            count += 1
        }
        keeper.remove()
        print("rd-fuzz \(name): \(count) inputs, \(outcomes.count) outcomes, no failure (seed \(seed))")
    }

    private mutating func check(_ target: any FuzzTarget, _ input: [UInt8]) throws {
        keeper.keep(input)
        do {
            let outcome = try target.check(input)
            guard outcomes.insert(outcome).inserted, pool.count < Self.largestPool, input.count < 20_000 else { return }
            pool.append(input)
        } catch let broken as BrokenRule {
            throw RDError(
                .internalError, "\(name), seed \(seed): \(broken.text)",
                remedy: "run again: rd-fuzz \(name) --input \(keeper.leave())")
        }
    }

    private mutating func variation() -> [UInt8] {
        var input = random.pick(pool)
        let mutator = Mutator(words: words, others: pool)
        for _ in 0...random.below(6) { mutator.change(&input, &random) }
        return input
    }
}

/// The files of a folder, in the order of their names.
func readCorpus(_ folder: String) throws -> [[UInt8]] {
    guard let stream = opendir(folder) else {
        throw systemError(.noInput, folder, errno, remedy: "name the checkout with --checkout")
    }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) {
            $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if !name.hasPrefix(".") { names.append(name) }
    }
    return try names.sorted().map { try readAll(FileSource(path: "\(folder)/\($0)")) }
}
