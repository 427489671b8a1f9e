/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014): small, fast, and the same
/// everywhere. Only integers come out of it, so that no machine rounds differently.
struct SplitMix64 {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    @inline(__always) mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, near enough to evenly.
    @inline(__always) mutating func below(_ bound: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// A number below `bound`, small ones far more often: the product of two draws. Some products sell much better than
    /// others, and some customers buy much more.
    @inline(__always) mutating func skewed(below bound: Int) -> Int {
        let draw = next()
        let product = (draw >> 32) &* (draw & 0xFFFF_FFFF)
        return Int(product.multipliedFullWidth(by: UInt64(bound)).high)
    }

    /// True once in so many millionths.
    @inline(__always) mutating func happens(_ millionths: UInt64) -> Bool {
        millionths > 0 && next().multipliedFullWidth(by: 1_000_000).high < millionths
    }

    /// One of `values`, all equally often.
    @inline(__always) mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }
}
