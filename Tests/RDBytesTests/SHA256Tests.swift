import RDBytes
import RDTesting
import Testing

/// With the processor's instructions and without.
@Suite(.serialized) struct SHA256Tests {
    static func hash(_ bytes: [UInt8], isPortable: Bool, split: Int? = nil) -> String {
        var hash = SHA256(isPortable: isPortable)
        let place = split ?? bytes.count
        bytes[..<place].withUnsafeBytes { hash.update($0) }
        bytes[place...].withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }

    /// The examples of FIPS 180-2, appendix B, and of NIST's test vectors.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
            "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
        ),
    ])
    func givesTheStandardsExamples(_ text: String, _ expected: String) {
        for isPortable in [false, true] { #expect(Self.hash(Array(text.utf8), isPortable: isPortable) == expected) }
        #expect(SHA256.hex(of: text) == expected)
    }

    @Test func hashesAMillionBytes() {
        let million = Array(repeating: UInt8(ascii: "a"), count: 1_000_000)
        for isPortable in [false, true] {
            #expect(
                Self.hash(million, isPortable: isPortable)
                    == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
        }
    }

    @Test func isTheSameHoweverTheBytesCome() {
        var random = SeededRandom(23)
        for size in [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 129, 300] {
            let bytes = random.bytes(size)
            let whole = Self.hash(bytes, isPortable: true)
            for split in 0...size {
                for isPortable in [false, true] {
                    #expect(Self.hash(bytes, isPortable: isPortable, split: split) == whole)
                }
            }
        }
    }

    @Test func isTheSameByteByByte() {
        let bytes = SeededRandomBytes.of(1000, seed: 24)
        for isPortable in [false, true] {
            var hash = SHA256(isPortable: isPortable)
            for byte in bytes { withUnsafeBytes(of: byte) { hash.update($0) } }
            #expect(SHA256.hex(hash.finalize()) == Self.hash(bytes, isPortable: isPortable))
        }
    }

    private enum SeededRandomBytes {
        static func of(_ count: Int, seed: UInt64) -> [UInt8] {
            var random = SeededRandom(seed)
            return random.bytes(count)
        }
    }
}
