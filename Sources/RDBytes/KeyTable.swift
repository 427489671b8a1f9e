import Glibc

/// A table from byte keys to small numbers, dense in memory: 20 bytes a slot, keys of up to 15 bytes inside the slot and
/// longer ones in an arena.
///
/// Split into shards by the top bits of the hash, so that growing never holds two whole tables. One table takes some 30
/// bytes a short key. Keys have at least one byte.
public struct KeyTable: ~Copyable {
    static let shardBits = 6
    static let stride = 20
    static let longMark: UInt64 = 0xFF

    struct Shard {
        var base: UnsafeMutableRawPointer?
        var capacity = 0
        var used = 0
    }

    private var shards: [Shard]
    private var arena: [UnsafeMutableRawPointer] = []
    private var arenaUsed = 0
    private static let arenaBlock = 1 << 18
    /// Keys in the table.
    public private(set) var count = 0
    /// Bytes of memory that the table takes.
    public private(set) var bytes = 0

    /// An empty table.
    public init() { shards = Array(repeating: Shard(), count: 1 << Self.shardBits) }

    deinit {
        for shard in shards { free(shard.base) }
        for block in arena { free(block) }
    }

    /// The number of `key`; nil where it has none.
    public func find(_ key: RawSpan, hash: UInt64) -> UInt32? {
        let shard = shards[Int(hash >> (64 - UInt64(Self.shardBits)))]
        guard let base = shard.base else { return nil }
        let (low, high) = Self.inline(key, hash)
        let slot = place(base, shard.capacity, low, high, key, hash)
        let at = base + slot * Self.stride
        return at.loadUnaligned(fromByteOffset: 8, as: UInt64.self) == 0
            ? nil : at.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
    }

    /// Gives `key` the number `value` where it has none; the number it has otherwise.
    public mutating func insert(_ key: RawSpan, hash: UInt64, _ value: UInt32) -> UInt32? {
        let index = Int(hash >> (64 - UInt64(Self.shardBits)))
        if shards[index].used * 5 >= shards[index].capacity * 4 { grow(index) }
        var (low, high) = Self.inline(key, hash)
        let base = shards[index].base!
        let slot = place(base, shards[index].capacity, low, high, key, hash)
        let at = base + slot * Self.stride
        if at.loadUnaligned(fromByteOffset: 8, as: UInt64.self) != 0 {
            return at.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
        }
        if key.byteCount > 15 { (low, high) = store(key, high) }
        at.storeBytes(of: low, as: UInt64.self)
        at.storeBytes(of: high, toByteOffset: 8, as: UInt64.self)
        at.storeBytes(of: value, toByteOffset: 16, as: UInt32.self)
        shards[index].used += 1
        count += 1
        return nil
    }

    /// Changes the number of a key that is in the table.
    public mutating func update(_ key: RawSpan, hash: UInt64, _ value: UInt32) {
        let shard = shards[Int(hash >> (64 - UInt64(Self.shardBits)))]
        guard let base = shard.base else { return }
        let (low, high) = Self.inline(key, hash)
        let slot = place(base, shard.capacity, low, high, key, hash)
        (base + slot * Self.stride).storeBytes(of: value, toByteOffset: 16, as: UInt32.self)
    }

    /// Forgets everything and gives the memory back.
    public mutating func removeAll() {
        for index in shards.indices {
            free(shards[index].base)
            shards[index] = Shard()
        }
        for block in arena { free(block) }
        arena.removeAll()
        (arenaUsed, count, bytes) = (0, 0, 0)
    }

    /// How many shards there are; hashes of one are all below those of the next.
    var shardCount: Int { shards.count }

    /// Calls `body` with every key of one shard and its number, in no order.
    borrowing func forEach(inShard index: Int, _ body: (_ key: UnsafeRawBufferPointer, _ value: UInt32) -> Void) {
        let shard = shards[index]
        guard let base = shard.base else { return }
        for slot in 0..<shard.capacity {
            let at = base + slot * Self.stride
            let high = at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            if high == 0 { continue }
            let value = at.loadUnaligned(fromByteOffset: 16, as: UInt32.self)
            if high >> 56 == Self.longMark {
                body(stored(Int(at.loadUnaligned(as: UInt64.self))), value)
            } else {
                body(UnsafeRawBufferPointer(start: at, count: Int(high >> 56)), value)
            }
        }
    }
}

extension KeyTable {
    /// A short key as two words: its bytes, and its length in the top byte. Of a long key the first word is only known
    /// once it is stored; the second has the mark and 56 bits of the hash.
    @inline(__always) private static func inline(_ key: RawSpan, _ hash: UInt64) -> (UInt64, UInt64) {
        let count = key.byteCount
        guard count <= 15 else { return (0, longMark << 56 | hash & 0x00FF_FFFF_FFFF_FFFF) }
        if count >= 8 {
            let tail = count == 8 ? 0 : key.word(at: count - 8) >> UInt64((16 - count) * 8)
            return (key.word(at: 0), tail | UInt64(count) << 56)
        }
        var low: UInt64 = 0
        for index in (0..<count).reversed() { low = low << 8 | UInt64(key[index]) }
        return (low, UInt64(count) << 56)
    }

    /// The slot that holds the key, or the empty one where it belongs.
    @inline(__always) private borrowing func place(
        _ base: UnsafeMutableRawPointer, _ capacity: Int, _ low: UInt64, _ high: UInt64, _ key: RawSpan,
        _ hash: UInt64
    ) -> Int {
        var slot = Self.home(hash, capacity)
        while true {
            let at = base + slot * Self.stride
            let there = at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            if there == 0 { return slot }
            if there == high {
                if key.byteCount <= 15 {
                    if at.loadUnaligned(as: UInt64.self) == low { return slot }
                } else if equals(key, Int(at.loadUnaligned(as: UInt64.self))) {
                    return slot
                }
            }
            slot += 1
            if slot == capacity { slot = 0 }
        }
    }

    /// Where a key belongs in a shard: the hash's bits below those of the shard, spread over the capacity.
    @inline(__always) private static func home(_ hash: UInt64, _ capacity: Int) -> Int {
        Int((hash << UInt64(shardBits)).multipliedFullWidth(by: UInt64(capacity)).high)
    }

    @inline(never) private mutating func grow(_ index: Int) {
        let old = shards[index]
        let capacity = max(old.capacity * 3 / 2, 64)
        let base = calloc(capacity, Self.stride)!
        for slot in 0..<old.capacity {
            let at = old.base! + slot * Self.stride
            let high = at.loadUnaligned(fromByteOffset: 8, as: UInt64.self)
            if high == 0 { continue }
            let low = at.loadUnaligned(as: UInt64.self)
            var to = Self.home(rehash(at, low, high), capacity)
            while (base + to * Self.stride).loadUnaligned(fromByteOffset: 8, as: UInt64.self) != 0 {
                to = to + 1 == capacity ? 0 : to + 1
            }
            (base + to * Self.stride).copyMemory(from: at, byteCount: Self.stride)
        }
        free(old.base)
        bytes += (capacity - old.capacity) * Self.stride
        shards[index] = Shard(base: base, capacity: capacity, used: old.used)
    }

    private borrowing func rehash(_ at: UnsafeMutableRawPointer, _ low: UInt64, _ high: UInt64) -> UInt64 {
        if high >> 56 == Self.longMark { return stored(Int(low)).bytes.keyHash }
        return UnsafeRawBufferPointer(start: at, count: Int(high >> 56)).bytes.keyHash
    }

    /// A place in the arena: the block's number times the block's size, plus the offset in it.
    private borrowing func stored(_ place: Int) -> UnsafeRawBufferPointer {
        let at = arena[place / Self.arenaBlock] + place % Self.arenaBlock
        return UnsafeRawBufferPointer(start: at + 4, count: Int(at.loadUnaligned(as: UInt32.self)))
    }

    private borrowing func equals(_ key: RawSpan, _ place: Int) -> Bool {
        let other = stored(place)
        guard other.count == key.byteCount else { return false }
        return key.withUnsafeBytes { memcmp($0.baseAddress!, other.baseAddress!, other.count) == 0 }
    }

    private mutating func store(_ key: RawSpan, _ high: UInt64) -> (UInt64, UInt64) {
        let size = key.byteCount + 4
        precondition(size <= Self.arenaBlock)
        if arena.isEmpty || arenaUsed + size > Self.arenaBlock {
            arena.append(malloc(Self.arenaBlock)!)
            arenaUsed = 0
            bytes += Self.arenaBlock
        }
        let at = arena[arena.count - 1] + arenaUsed
        at.storeBytes(of: UInt32(key.byteCount), as: UInt32.self)
        key.withUnsafeBytes { (at + 4).copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        defer { arenaUsed += size }
        return (UInt64((arena.count - 1) * Self.arenaBlock + arenaUsed), high)
    }
}
