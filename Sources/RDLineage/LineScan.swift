import Glibc
import RDBytes

/// Finds one line of a text by its number while the text goes by, and hashes it on the way.
///
/// Lines are counted as `rd-ingest` does: by line ends, also those inside quotes. So no cell has to be looked at to get
/// there, and the whole costs what memchr and SHA-256 cost.
struct LineScan: ~Copyable {
    /// The longest record that is kept, as `rd-ingest` has it.
    static let longestRecord = 1 << 20

    private let target: Int?
    private let end: UInt8
    /// 2 for UTF-16: a line end is two bytes then.
    private let width: Int
    private let isBigEndian: Bool
    private let hashes: Bool
    /// Where line 1 and every `VerifiedFiles.stride` further lines begin, as far as they came.
    private var marks = [0]
    private var hash = SHA256()
    private var isAtLineEnd = true
    /// Lines that ended so far.
    private var lines = 0
    /// Bytes so far.
    private(set) var bytes = 0
    /// Where the line begins; nil where it did not come.
    private(set) var offset: Int?
    /// What follows from there, no more than a record may be long.
    private(set) var tail: [UInt8] = []
    /// The beginning of the text, no more than a record may be long.
    private(set) var head: [UInt8] = []

    /// Looks for line `target` (from 1; nil for none). `end` is the byte that ends lines.
    init(target: Int?, end: UInt8, encoding: TextEncoding?, hashes: Bool) {
        self.target = target
        self.end = end
        width = encoding?.isWide == true ? 2 : 1
        isBigEndian = encoding == .utf16BigEndian
        self.hashes = hashes
    }

    /// Lines of the whole text, with a last one that has no line end.
    var lineCount: Int { lines + (isAtLineEnd ? 0 : 1) }
    /// Where line 1 and every `VerifiedFiles.stride` further lines begin.
    var lineOffsets: [Int] { marks.filter { $0 == 0 || $0 < bytes } }
    /// SHA-256 of all bytes so far, in hexadecimal.
    var sha256: String {
        var copy = hash
        return SHA256.hex(copy.finalize())
    }

    /// Reads `source` to its end, or only so far that the line is there whole. Blocks are of whole 16-bit units.
    mutating func read(_ source: any ByteSource, onlyToLine: Bool = false) throws {
        let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 64)
        defer { block.deallocate() }
        while true {
            var filled = 0
            while filled < block.count {
                let got = try source.read(into: UnsafeMutableRawBufferPointer(rebasing: block[filled...]))
                if got == 0 { break }
                filled += got
            }
            guard filled > 0 else { return }
            take(UnsafeRawBufferPointer(rebasing: block[..<filled]))
            if onlyToLine, tail.count >= Self.longestRecord { return }
        }
    }

    private mutating func take(_ block: UnsafeRawBufferPointer) {
        if hashes { hash.update(block) }
        if head.count < Self.longestRecord { head.append(contentsOf: block.prefix(Self.longestRecord - head.count)) }
        if offset != nil { keep(block) }
        if target == 1, offset == nil { found(0, in: block) }
        var index = 0
        while let next = nextEnd(block, index) {
            index = next + width
            lines += 1
            if lines % VerifiedFiles.stride == 0 { marks.append(bytes + index) }
            if offset == nil, let target, lines == target - 1 { found(index, in: block) }
        }
        isAtLineEnd = index == block.count
        bytes += block.count
    }

    private mutating func found(_ index: Int, in block: UnsafeRawBufferPointer) {
        offset = bytes + index
        keep(UnsafeRawBufferPointer(rebasing: block[index...]))
    }

    private mutating func keep(_ part: UnsafeRawBufferPointer) {
        if tail.count < Self.longestRecord { tail.append(contentsOf: part.prefix(Self.longestRecord - tail.count)) }
    }

    /// Where the next line end begins; nil where the block has no more of them.
    @inline(__always) private func nextEnd(_ block: UnsafeRawBufferPointer, _ from: Int) -> Int? {
        guard let base = block.baseAddress else { return nil }
        var index = from
        while index < block.count, let hit = memchr(base + index, Int32(end), block.count - index) {
            let place = UnsafeRawPointer(hit) - base
            if width == 1 { return place }
            let other = place ^ 1
            let isLow = (place & 1 == 0) != isBigEndian
            if isLow, other < block.count, block[other] == 0 { return place & ~1 }
            index = place + 1
        }
        return nil
    }
}
