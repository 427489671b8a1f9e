import CRDBytes

/// SHA-256 (FIPS 180-4), fed piece by piece.
public struct SHA256: Sendable {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var pending: [UInt8] = []
    private var length: UInt64 = 0
    private let isPortable: Bool

    /// The hash of nothing so far. `isPortable` leaves the processor's own instructions out.
    public init(isPortable: Bool = false) {
        self.isPortable = isPortable
        pending.reserveCapacity(128)
    }

    /// Takes the next bytes.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length += UInt64(bytes.count)
        var rest = bytes
        if !pending.isEmpty {
            let missing = min(64 - pending.count, rest.count)
            pending.append(contentsOf: rest[..<missing])
            rest = UnsafeRawBufferPointer(rebasing: rest[missing...])
            guard pending.count == 64 else { return }
            let block = pending
            pending.removeAll(keepingCapacity: true)
            block.withUnsafeBytes { take($0) }
        }
        let whole = rest.count & ~63
        if whole > 0 { take(UnsafeRawBufferPointer(rebasing: rest[..<whole])) }
        pending.append(contentsOf: rest[whole...])
    }

    private mutating func take(_ bytes: UnsafeRawBufferPointer) {
        let data = bytes.bindMemory(to: UInt8.self).baseAddress!
        if isPortable {
            rd_sha256_blocks_portable(&state, data, bytes.count / 64)
        } else {
            rd_sha256_blocks(&state, data, bytes.count / 64)
        }
    }

    /// The hash of all bytes taken, 32 bytes; nothing may be taken after it.
    public mutating func finalize() -> [UInt8] {
        let bits = length * 8
        var tail: [UInt8] = [0x80]
        while (pending.count + tail.count) % 64 != 56 { tail.append(0) }
        for shift in stride(from: 56, through: 0, by: -8) { tail.append(UInt8(truncatingIfNeeded: bits >> shift)) }
        tail.withUnsafeBytes { update($0) }
        return state.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (24 - 8 * $0)) } }
    }

    /// `bytes` in lower-case hexadecimal.
    public static func hex(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    /// The hash of the UTF-8 of `text`, in hexadecimal.
    public static func hex(of text: String) -> String {
        var hash = SHA256()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return hex(hash.finalize())
    }
}
