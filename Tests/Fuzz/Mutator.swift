import RDTesting

/// Changes an input a little: by a byte, a word, a line, or a piece of another input.
struct Mutator {
    private static let largest = 1 << 17

    let words: [[UInt8]]
    let others: [[UInt8]]

    /// Makes one change.
    func change(_ input: inout [UInt8], _ random: inout SeededRandom) {
        guard !input.isEmpty else { return input = random.pick(others) }
        if random.oneIn(2000) { return insertLongLine(&input, &random) }
        switch random.below(10) {
        case 0: input[random.below(input.count)] ^= 1 << UInt8(random.below(8))
        case 1: input[random.below(input.count)] = UInt8.random(in: 0...255, using: &random)
        case 2: input.removeSubrange(range(input, 1 + random.below(8), &random))
        case 3, 4: replace(&input, range(input, random.below(4), &random), random.pick(words))
        case 5: repeatPiece(&input, &random)
        case 6: input.removeSubrange(range(input, random.below(input.count), &random))
        case 7: splice(&input, &random)
        case 8: swapLines(&input, &random)
        default: changeNumber(&input, &random)
        }
        if input.count > Self.largest { input.removeLast(input.count - Self.largest) }
    }

    private func range(_ input: [UInt8], _ size: Int, _ random: inout SeededRandom) -> Range<Int> {
        let start = random.below(input.count)
        return start..<min(start + size, input.count)
    }

    private func replace(_ input: inout [UInt8], _ range: Range<Int>, _ piece: some Collection<UInt8>) {
        input.replaceSubrange(range, with: piece)
    }

    private func repeatPiece(_ input: inout [UInt8], _ random: inout SeededRandom) {
        let piece = input[range(input, 1 + random.below(60), &random)]
        let place = random.below(input.count)
        for _ in 0...random.below(random.oneIn(20) ? 400 : 4) { replace(&input, place..<place, piece) }
    }

    private func splice(_ input: inout [UInt8], _ random: inout SeededRandom) {
        let other = random.pick(others)
        guard !other.isEmpty else { return }
        let place = random.below(input.count)
        replace(&input, place..<place, other[range(other, 1 + random.below(300), &random)])
    }

    private func swapLines(_ input: inout [UInt8], _ random: inout SeededRandom) {
        var lines = input.split(separator: 0x0A, maxSplits: 500, omittingEmptySubsequences: false)
        lines.swapAt(random.below(lines.count), random.below(lines.count))
        if random.oneIn(3) { lines.insert(random.pick(lines), at: random.below(lines.count)) }
        input = Array(lines.joined(separator: [0x0A]))
    }

    private func changeNumber(_ input: inout [UInt8], _ random: inout SeededRandom) {
        let start = random.below(input.count)
        guard let first = input[start...].firstIndex(where: { $0 &- 0x30 < 10 }) else { return }
        let end = input[first...].firstIndex { $0 &- 0x30 > 9 } ?? input.count
        let numbers = [
            "0", "-1", "1", "9223372036854775807", "-9223372036854775808", "922337203685477.5807",
            "-922337203685477.5808", "999999999999999999", "1e15", "0.0001", "1e-400", "00", "4294967296", "1.",
        ]
        replace(&input, first..<end, random.pick(numbers).utf8)
    }

    private func insertLongLine(_ input: inout [UInt8], _ random: inout SeededRandom) {
        let size = random.pick([65_536, 262_144, 1_048_575, 1_048_576, 1_048_577, 2_500_000])
        let place = random.below(input.count)
        replace(&input, place..<place, Array(repeating: UInt8(ascii: "x"), count: size))
    }
}
