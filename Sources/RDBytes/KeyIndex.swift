/// Numbers distinct byte strings in the order they first come: 0, 1, 2...
///
/// Open addressing over one arena of key bytes, so that a look-up touches a slot and the key and allocates nothing.
/// For dimensions: thousands to millions of members. (The filters' deduplication has its own, denser set.)
public struct KeyIndex: ~Copyable {
    private var arena = ByteBuffer(capacity: 1 << 14)
    /// Where each key begins in the arena, and where the last ends. Raw memory: an array's retains would cost as much
    /// as the look-up.
    private var starts: UnsafeMutablePointer<Int>
    private var startCapacity: Int
    private var slots: UnsafeMutablePointer<Int32>
    private var mask: Int
    /// How many distinct keys were given numbers.
    public private(set) var count = 0

    /// An empty index with room for about `capacity` keys.
    public init(capacity: Int = 512) {
        var size = 16
        while size < capacity * 2 { size *= 2 }
        slots = .allocate(capacity: size)
        slots.initialize(repeating: -1, count: size)
        mask = size - 1
        startCapacity = capacity + 1
        starts = .allocate(capacity: startCapacity)
        starts[0] = 0
    }

    deinit {
        slots.deallocate()
        starts.deallocate()
    }

    /// The number of `key`; nil where it has none.
    public func find(_ key: RawSpan) -> Int? {
        let number = slots[place(of: key)]
        return number < 0 ? nil : Int(number)
    }

    /// The number of `key`, given now where it is new.
    public mutating func insert(_ key: RawSpan) -> (number: Int, isNew: Bool) {
        let slot = place(of: key)
        if slots[slot] >= 0 { return (Int(slots[slot]), false) }
        let number = count
        arena.append(key)
        if number + 1 == startCapacity { growStarts() }
        starts[number + 1] = arena.count
        slots[slot] = Int32(number)
        count += 1
        if count * 2 > mask { grow() }
        return (number, true)
    }

    /// The bytes of the key with this number, for as long as `body` runs.
    public borrowing func withKey<R, E: Error>(_ number: Int, _ body: (RawSpan) throws(E) -> R) throws(E) -> R {
        precondition(number >= 0 && number < count)
        let range = starts[number]..<starts[number + 1]
        return try arena.withSpan { (all) throws(E) in try body(all.extracting(range)) }
    }

    private borrowing func place(of key: RawSpan) -> Int {
        var slot = Int(truncatingIfNeeded: key.keyHash) & mask
        while slots[slot] >= 0, !holds(Int(slots[slot]), key) { slot = (slot + 1) & mask }
        return slot
    }

    private borrowing func holds(_ number: Int, _ key: RawSpan) -> Bool {
        let start = starts[number]
        let size = starts[number + 1] - start
        guard size == key.byteCount else { return false }
        return arena.bytes.bytes.extracting(start..<start + size).isEqual(to: key)
    }

    private mutating func growStarts() {
        let next = UnsafeMutablePointer<Int>.allocate(capacity: startCapacity * 2)
        next.moveInitialize(from: starts, count: startCapacity)
        starts.deallocate()
        starts = next
        startCapacity *= 2
    }

    private mutating func grow() {
        let size = (mask + 1) * 2
        slots.deallocate()
        slots = .allocate(capacity: size)
        slots.initialize(repeating: -1, count: size)
        mask = size - 1
        for number in 0..<count {
            var slot = withKey(number) { Int(truncatingIfNeeded: $0.keyHash) } & mask
            while slots[slot] >= 0 { slot = (slot + 1) & mask }
            slots[slot] = Int32(number)
        }
    }
}

extension RawSpan {
    /// A 64-bit hash of the bytes: eight at a time by multiply and fold (after Wang Yi's wyhash, public domain).
    @inlinable public var keyHash: UInt64 {
        var hash: UInt64 = 0x9E37_79B9_7F4A_7C15 ^ UInt64(byteCount)
        var index = 0
        while index &+ 8 <= byteCount {
            hash = RawSpan.fold(hash ^ word(at: index), 0xA076_1D64_78BD_642F)
            index &+= 8
        }
        var tail: UInt64 = 0
        if index > 0, index < byteCount {
            // The last eight bytes, which overlap those before; a shorter text is read byte by byte.
            tail = word(at: byteCount &- 8)
        } else {
            while index < byteCount {
                tail = tail << 8 | UInt64(self[index])
                index &+= 1
            }
        }
        return RawSpan.fold(hash ^ tail, 0xE703_7ED1_A0B4_28DB)
    }

    @inlinable static func fold(_ left: UInt64, _ right: UInt64) -> UInt64 {
        let product = left.multipliedFullWidth(by: right)
        return product.high ^ product.low
    }
}

extension KeyIndex {
    /// The number of a key given as text, given now where it is new.
    @discardableResult
    public mutating func insert(text: String) -> (number: Int, isNew: Bool) {
        var bytes = ByteBuffer(capacity: text.utf8.count)
        bytes.append(text: text)
        return insert(bytes.bytes.bytes)
    }
}
