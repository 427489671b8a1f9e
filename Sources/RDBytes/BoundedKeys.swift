/// An exact map from byte keys to small numbers in bounded memory: what does not fit goes to files.
///
/// Three quarters of the bound are the table's, one that of the filters over what was spilled. Where they outgrow it,
/// the oldest is dropped: look-ups get slower and stay exact.
public struct BoundedKeys: ~Copyable {
    private var table = KeyTable()
    private var runs: [SpilledKeys] = []
    private let bound: Int
    private let makeFile: () throws -> any SpillFile

    /// A map that takes about `memory` bytes at most, and makes files where it needs more.
    public init(memory: Int, makeFile: @escaping () throws -> any SpillFile) {
        bound = memory
        self.makeFile = makeFile
    }

    /// Keys that are in memory, not those that were spilled.
    public var countInMemory: Int { table.count }
    /// How often the table was spilled.
    public var spills: Int { runs.count }

    /// Gives `key` the number `value` where it has none, and returns nil; else returns the number it has.
    public mutating func insert(_ key: RawSpan, _ value: UInt32) throws -> UInt32? {
        let hash = key.keyHash
        if !runs.isEmpty, let found = try findSpilled(key, hash) { return table.find(key, hash: hash) ?? found }
        let found = table.insert(key, hash: hash, value)
        if found == nil, table.bytes > bound / 4 * 3 { try spill() }
        return found
    }

    /// The number of `key`; nil where it has none.
    public func find(_ key: RawSpan) throws -> UInt32? {
        let hash = key.keyHash
        return try table.find(key, hash: hash) ?? findSpilled(key, hash)
    }

    /// Gives `key` the number `value`, and returns the one that it had; nil where it had none.
    public mutating func replace(_ key: RawSpan, _ value: UInt32) throws -> UInt32? {
        let hash = key.keyHash
        if let held = table.find(key, hash: hash) {
            table.update(key, hash: hash, value)
            return held
        }
        let found = try findSpilled(key, hash)
        _ = table.insert(key, hash: hash, value)
        if table.bytes > bound / 4 * 3 { try spill() }
        return found
    }

    /// Counts `key`: 1 the first time, 2 the second...
    public mutating func count(_ key: RawSpan) throws -> UInt32 {
        let hash = key.keyHash
        if let held = table.find(key, hash: hash) {
            table.update(key, hash: hash, held + 1)
            return held + 1
        }
        let next = try (runs.isEmpty ? nil : findSpilled(key, hash)).map { $0 + 1 } ?? 1
        _ = table.insert(key, hash: hash, next)
        if table.bytes > bound / 4 * 3 { try spill() }
        return next
    }

    private func findSpilled(_ key: RawSpan, _ hash: UInt64) throws -> UInt32? {
        for run in runs.reversed() {
            if let found = try run.find(key, hash: hash) { return found }
        }
        return nil
    }

    @inline(never) private mutating func spill() throws {
        runs.append(try SpilledKeys(table, to: makeFile()))
        table.removeAll()
        var filters = runs.reduce(0) { $0 + $1.filterBytes }
        var oldest = 0
        while filters > bound / 4, oldest < runs.count {
            filters -= runs[oldest].filterBytes
            runs[oldest].dropFilter()
            oldest += 1
        }
    }
}
