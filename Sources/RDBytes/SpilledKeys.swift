/// Keys and their numbers in a file, sorted by hash, with a Bloom filter and an index in memory.
///
/// A run is written once and never changed. Looking up a key that is not there costs a filter probe; one that is there,
/// one read of a block. (Bloom, "Space/time trade-offs in hash coding with allowable errors", 1970: ten bits a key and
/// seven probes are wrong once in about 120.)
struct SpilledKeys {
    private static let blockSize = 4096
    private static let bitsPerKey = 10
    private static let probes: UInt64 = 7

    private let file: any SpillFile
    /// The first hash of each block, and where the block begins.
    private var firstHashes: [UInt64] = []
    private var starts: [Int] = []
    private var filter: [UInt64]
    private let bits: UInt64

    /// Bytes of memory that the run takes.
    var bytes: Int { filter.count * 8 + firstHashes.count * 16 }
    /// Bytes of memory that the filter takes.
    var filterBytes: Int { filter.count * 8 }

    /// Writes all of `table` to the end of `file`.
    init(_ table: borrowing KeyTable, to file: any SpillFile) throws {
        self.file = file
        bits = UInt64(max(table.count * Self.bitsPerKey, 64))
        filter = Array(repeating: 0, count: Int(bits + 63) / 64)
        var block = ByteBuffer(capacity: Self.blockSize * 2)
        // Shard by shard, which is in order of the hash, so that only one shard is ever held twice.
        for shard in 0..<table.shardCount {
            var order: [(hash: UInt64, start: Int)] = []
            var records = ByteBuffer(capacity: 1 << 16)
            table.forEach(inShard: shard) { key, value in
                order.append((key.bytes.keyHash, records.count))
                records.appendRecord(key, value)
            }
            order.sort { $0.hash < $1.hash }
            for (hash, start) in order { try append(hash, records, start, &block) }
        }
        if !block.isEmpty { try Self.write(&block, file) }
        starts.append(file.size)
    }

    private mutating func append(
        _ hash: UInt64, _ records: borrowing ByteBuffer, _ start: Int, _ block: inout ByteBuffer
    ) throws {
        add(hash)
        if block.isEmpty {
            firstHashes.append(hash)
            starts.append(file.size)
        }
        records.withSpan { block.appendRecord($0, at: start) }
        if block.count >= Self.blockSize { try Self.write(&block, file) }
    }

    private static func write(_ block: inout ByteBuffer, _ file: any SpillFile) throws {
        try block.withBytes { try file.append($0) }
        block.removeAll()
    }

    private mutating func add(_ hash: UInt64) {
        var probe = hash
        for _ in 0..<Self.probes {
            let bit = probe.multipliedFullWidth(by: bits).high
            filter[Int(bit >> 6)] |= 1 << (bit & 63)
            probe = probe &* 0xD129_42F6_2F04_63A5 &+ 0x9E37_79B9_7F4A_7C15
        }
    }

    private func mayHold(_ hash: UInt64) -> Bool {
        if filter.isEmpty { return true }
        var probe = hash
        for _ in 0..<Self.probes {
            let bit = probe.multipliedFullWidth(by: bits).high
            if filter[Int(bit >> 6)] & (1 << (bit & 63)) == 0 { return false }
            probe = probe &* 0xD129_42F6_2F04_63A5 &+ 0x9E37_79B9_7F4A_7C15
        }
        return true
    }

    /// Gives the filter's memory back; look-ups then always read.
    mutating func dropFilter() { filter = [] }

    /// The number of `key`; nil where the run does not have it.
    func find(_ key: RawSpan, hash: UInt64) throws -> UInt32? {
        guard mayHold(hash), !firstHashes.isEmpty else { return nil }
        var block = lastBlock(startingBelow: hash)
        while block < firstHashes.count, firstHashes[block] <= hash {
            if let found = try search(block, key) { return found }
            block += 1
        }
        return nil
    }

    /// The last block whose first hash is below `hash`, where equal hashes may begin; the first block where none is.
    private func lastBlock(startingBelow hash: UInt64) -> Int {
        var low = 0
        var high = firstHashes.count
        while low < high {
            let middle = (low + high) / 2
            if firstHashes[middle] < hash { low = middle + 1 } else { high = middle }
        }
        return max(low - 1, 0)
    }

    private func search(_ block: Int, _ key: RawSpan) throws -> UInt32? {
        let size = starts[block + 1] - starts[block]
        let space = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
        defer { space.deallocate() }
        try file.read(at: starts[block], into: space)
        let bytes = UnsafeRawBufferPointer(space).bytes
        var index = 0
        while index < size {
            let length = Int(bytes.unsafeLoadUnaligned(fromByteOffset: index, as: UInt32.self))
            if length == key.byteCount, bytes.extracting(index + 8..<index + 8 + length).isEqual(to: key) {
                return bytes.unsafeLoadUnaligned(fromByteOffset: index + 4, as: UInt32.self)
            }
            index += 8 + length
        }
        return nil
    }
}

extension ByteBuffer {
    /// Four bytes of length, four of the number, the key.
    fileprivate mutating func appendRecord(_ key: UnsafeRawBufferPointer, _ value: UInt32) {
        append(word: UInt64(UInt32(key.count)) | UInt64(value) << 32, used: 8)
        append(contentsOf: key)
    }

    fileprivate mutating func appendRecord(_ records: RawSpan, at start: Int) {
        let length = Int(records.unsafeLoadUnaligned(fromByteOffset: start, as: UInt32.self))
        append(records, start..<start + 8 + length)
    }
}
