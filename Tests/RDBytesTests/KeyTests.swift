import RDBytes
import RDTesting
import Testing

/// The maps from byte keys to numbers, against a dictionary.
@Suite struct KeyTests {
    @Test(arguments: [1 << 24, 1 << 14]) func whatIsReplacedIsTheLastInLittleMemory(memory: Int) throws {
        var keys = BoundedKeys(memory: memory, makeFile: { MemorySpillFile() })
        for turn in UInt32(1)...3 {
            for number in 0..<3000 {
                var key = ByteBuffer()
                key.append(text: "key number \(number)")
                let before = try keys.replace(key.bytes.bytes, turn)
                if before != (turn == 1 ? nil : turn - 1) { Issue.record("\(number) in turn \(turn): \(before ?? 0)") }
                if try keys.find(key.bytes.bytes) != turn { Issue.record("\(number) in turn \(turn) is not kept") }
            }
        }
        #expect((keys.spills > 0) == (memory == 1 << 14))
    }

    /// A few thousand keys of 1 to 60 bytes, many of which come again and many of which begin alike.
    static func keys(_ count: Int, seed: UInt64) -> [[UInt8]] {
        var random = SeededRandom(seed)
        var made: [[UInt8]] = []
        for _ in 0..<count {
            if !made.isEmpty, random.oneIn(3) {
                made.append(random.pick(made))
            } else if random.oneIn(2) {
                made.append(Array(repeating: 0x41, count: random.below(50)) + random.bytes(1 + random.below(10)))
            } else {
                made.append(random.bytes(1 + random.below(60)))
            }
        }
        return made
    }

    @Test func numbersKeysInTheOrderTheyCome() {
        var index = KeyIndex(capacity: 1)
        var expected: [[UInt8]: Int] = [:]
        for key in Self.keys(6000, seed: 17) + [[]] {
            let known = expected[key]
            let before = withSpan(key) { index.find($0) }
            #expect(before == known)
            let given = withSpan(key) { index.insert($0) }
            #expect(given.number == known ?? expected.count)
            #expect(given.isNew == (known == nil))
            expected[key] = given.number
        }
        let count = index.count
        #expect(count == expected.count)
        for (key, number) in expected {
            let held = index.withKey(number) { $0.withUnsafeBytes { Array($0) } }
            #expect(held == key)
        }
    }

    @Test func keepsOneNumberAKey() {
        var table = KeyTable()
        var expected: [[UInt8]: UInt32] = [:]
        for (place, key) in Self.keys(8000, seed: 18).enumerated() {
            let found = withSpan(key) { table.insert($0, hash: $0.keyHash, UInt32(place)) }
            #expect(found == expected[key])
            if found == nil { expected[key] = UInt32(place) }
        }
        let count = table.count
        #expect(count == expected.count)
        for (key, number) in expected {
            withSpan(key) { table.update($0, hash: $0.keyHash, number &+ 1) }
            let found = withSpan(key) { table.find($0, hash: $0.keyHash) }
            #expect(found == number &+ 1)
        }
        table.removeAll()
        let (left, bytes) = (table.count, table.bytes)
        #expect(left == 0 && bytes == 0)
        let gone = withSpan(Self.keys(1, seed: 18)[0]) { table.find($0, hash: $0.keyHash) }
        #expect(gone == nil)
    }

    /// Keys whose hashes are made equal (few enough that the table does not grow, which hashes anew) end in one place and are still told apart.
    @Test func tellsKeysOfOneHashApart() {
        var table = KeyTable()
        let keys = (0..<50).map { Array("key \($0)".utf8) + Array(repeating: UInt8(0x78), count: $0 % 40) }
        for (number, key) in keys.enumerated() {
            let found = withSpan(key) { table.insert($0, hash: 0xFFFF_0000_FFFF_0000, UInt32(number)) }
            #expect(found == nil)
        }
        for (number, key) in keys.enumerated() {
            let found = withSpan(key) { table.find($0, hash: 0xFFFF_0000_FFFF_0000) }
            #expect(found == UInt32(number))
        }
    }

    /// A bound so small that the table is spilled again and again, and so small that filters are dropped too.
    @Test(arguments: [2_000, 480_000])
    func staysExactWhereItSpills(memory: Int) throws {
        var bounded = BoundedKeys(memory: memory) { MemorySpillFile() }
        var expected: [[UInt8]: UInt32] = [:]
        for (place, key) in Self.keys(memory < 10_000 ? 300 : 15_000, seed: UInt64(memory)).enumerated() {
            let found = try withSpan(key) { try bounded.insert($0, UInt32(place)) }
            #expect(found == expected[key])
            if found == nil { expected[key] = UInt32(place) }
        }
        let spills = bounded.spills
        #expect(spills >= 2, "the bound must be small enough to test something")
    }

    @Test(arguments: [2_000, 480_000])
    func countsExactlyWhereItSpills(memory: Int) throws {
        var bounded = BoundedKeys(memory: memory) { MemorySpillFile() }
        var expected: [[UInt8]: UInt32] = [:]
        for key in Self.keys(memory < 10_000 ? 300 : 15_000, seed: UInt64(memory) + 1) {
            expected[key, default: 0] += 1
            let count = try withSpan(key) { try bounded.count($0) }
            #expect(count == expected[key])
        }
        let spills = bounded.spills
        #expect(spills >= 2, "the bound must be small enough to test something")
    }

    @Test func staysInMemoryWhereItFits() throws {
        var bounded = BoundedKeys(memory: 1 << 24) { throw RDError(.io, "no file is needed") }
        for key in Self.keys(2000, seed: 19) { _ = try withSpan(key) { try bounded.insert($0, 1) } }
        let spills = bounded.spills
        #expect(spills == 0)
    }

    @Test func handsOnTheFailureOfASpillFile() {
        var bounded = BoundedKeys(memory: 2_000) { throw RDError(.cannotCreate, "no room") }
        #expect(throws: RDError(.cannotCreate, "no room")) {
            for key in Self.keys(20, seed: 20) { _ = try withSpan(key) { try bounded.insert($0, 1) } }
        }
    }

    @Test func hashesAlikeWhereverTheBytesStand() {
        let text = Array("the quick brown fox jumps over the lazy dog".utf8)
        var seen: Set<UInt64> = []
        for size in 0...text.count {
            let first = withSpan(text) { $0.extracting(0..<size).keyHash }
            let second = withSpan([1, 2, 3] + text) { $0.extracting(3..<3 + size).keyHash }
            #expect(first == second)
            #expect(seen.insert(first).inserted)
        }
    }
}
