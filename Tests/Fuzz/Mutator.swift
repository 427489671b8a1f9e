/// Changes texts at random, the same way for the same seed.
struct Mutator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(bound, 1))) }

    private static let special = Array("\",;|\t\n\r\\{}[]:0-.eE/ ".utf8) + [0, 0x7F, 0x80, 0xC2, 0xE2, 0xFF]

    /// A text of the corpus with up to eight changes.
    mutating func change(_ corpus: [[UInt8]]) -> [UInt8] {
        var bytes = corpus[below(corpus.count)]
        for _ in 0..<below(9) { change(&bytes, corpus) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ corpus: [[UInt8]]) {
        let place = below(bytes.count + 1)
        let length = min(below(below(8) == 0 ? 200 : 8), bytes.count - place)
        switch below(7) {
        case 0 where place < bytes.count: bytes[place] = UInt8(truncatingIfNeeded: next())
        case 1: bytes.insert(Self.special[below(Self.special.count)], at: place)
        case 2: bytes.removeSubrange(place..<place + length)
        case 3: bytes.insert(contentsOf: Array(bytes[place..<place + length]), at: below(bytes.count + 1))
        case 4: bytes.removeSubrange(place...)
        case 5:
            let other = corpus[below(corpus.count)]
            let start = below(other.count)
            bytes.insert(contentsOf: other[start..<min(start + 100, other.count)], at: place)
        default: if place < bytes.count { bytes[place] = Self.special[below(Self.special.count)] }
        }
    }
}

/// What a target found to be wrong.
struct Finding: Error {
    let text: String

    init(_ text: String) { self.text = text }
}

/// Throws where something that must always hold does not.
func require(_ holds: Bool, _ text: @autoclosure () -> String) throws(Finding) {
    if !holds { throw Finding(text()) }
}
