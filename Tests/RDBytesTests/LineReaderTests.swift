import RDBytes
import RDTesting
import Testing

@Suite struct LineReaderTests {
    /// A line as a test sees it.
    struct Seen: Equatable {
        var text: [UInt8]
        var isTerminated: Bool
        var oversize: Int?
    }

    static func read(_ bytes: [UInt8], step: Int, capacity: Int = 64, longest: Int = 1 << 20) throws -> [Seen] {
        var reader = LineReader(MemorySource(bytes, step: step), capacity: capacity, longest: longest)
        var lines: [Seen] = []
        func take(_ reader: inout LineReader) {
            while let line = reader.next() {
                let text =
                    line.oversize == nil
                    ? reader.withLine(line) { $0.withUnsafeBytes { Array($0) } } : reader.oversizedHead
                lines.append(Seen(text: text, isTerminated: line.isTerminated, oversize: line.oversize))
            }
        }
        repeat { take(&reader) } while try reader.fill()
        take(&reader)
        return lines
    }

    /// The same by splitting an array.
    static func expected(_ bytes: [UInt8], longest: Int) -> [Seen] {
        var pieces = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map { Array($0) }
        let last = pieces.removeLast()
        var lines = pieces.map { Seen(text: $0, isTerminated: true, oversize: $0.count > longest ? $0.count : nil) }
        if !last.isEmpty {
            lines.append(Seen(text: last, isTerminated: false, oversize: last.count > longest ? last.count : nil))
        }
        return lines
    }

    /// Lines as they are; of an oversized one the head, which is at least as long as the longest line allowed.
    static func check(_ found: [Seen], _ expected: [Seen], longest: Int, _ what: String) {
        #expect(found.count == expected.count, "\(what)")
        for (left, right) in zip(found, expected) {
            #expect(left.isTerminated == right.isTerminated && left.oversize == right.oversize, "\(what)")
            if left.oversize == nil {
                #expect(left.text == right.text, "\(what)")
            } else {
                #expect(right.text.starts(with: left.text) && left.text.count >= min(longest, 4096), "\(what)")
            }
        }
    }

    @Test func readsLinesInPiecesOfEverySize() throws {
        var random = SeededRandom(21)
        for step in 1...40 {
            for _ in 0..<10 {
                let bytes = random.bytes(upTo: 300, of: "abcdefgh\r\n")
                let found = try Self.read(bytes, step: step, capacity: 1 + random.below(80))
                Self.check(found, Self.expected(bytes, longest: 1 << 20), longest: 1 << 20, "pieces of \(step)")
            }
        }
    }

    @Test func passesOverOversizedLines() throws {
        var random = SeededRandom(22)
        for step in 1...40 {
            for longest in [1, 7, 16, 33] {
                var bytes: [UInt8] = []
                for _ in 0..<8 {
                    let size = random.pick([0, 1, longest - 1, longest, longest + 1, longest * 2, 150])
                    bytes += Array(repeating: 0x61 + UInt8(random.below(20)), count: size) + [0x0A]
                }
                if random.oneIn(2) { bytes.removeLast() }
                let found = try Self.read(bytes, step: step, longest: longest)
                Self.check(
                    found, Self.expected(bytes, longest: longest), longest: longest, "\(longest), pieces of \(step)")
            }
        }
    }

    @Test(arguments: [4096, 100_000, Int.max])
    func keepsTheHeadOfALongLine(step: Int) throws {
        let bytes = Array("short\n".utf8) + Array(repeating: 0x78, count: 5_000_000) + Array("\nlast".utf8)
        let lines = try Self.read(bytes, step: step, capacity: 1 << 18)
        #expect(lines.map(\.oversize) == [nil, 5_000_000, nil])
        #expect(lines[1].text == Array(repeating: 0x78, count: 4096))
        #expect(lines[2] == Seen(text: Array("last".utf8), isTerminated: false, oversize: nil))
    }

    @Test func readsNothingFromNothing() throws {
        #expect(try Self.read([], step: 1).isEmpty)
        #expect(try Self.read([0x0A], step: 1) == [Seen(text: [], isTerminated: true, oversize: nil)])
    }

    @Test func handsOnTheFailureOfTheSource() {
        final class Broken: ByteSource {
            var wouldWait: Bool { false }
            func read(into space: UnsafeMutableRawBufferPointer) throws -> Int { throw RDError(.io, "broken") }
        }
        #expect(throws: RDError(.io, "broken")) {
            var reader = LineReader(Broken())
            _ = try reader.fill()
        }
    }
}
