import RDBytes
import RDTesting
import Testing

@Suite struct ByteBufferTests {
    /// Every way of copying a few bytes, each at a time when the buffer must grow and when it need not.
    @Test func appendsSpansOfEverySize() {
        for capacity in [64, 4096] {
            var random = SeededRandom(UInt64(capacity))
            var buffer = ByteBuffer(capacity: capacity)
            var expected: [UInt8] = []
            for size in Array(0...80) + [4095, 4096, 70_000] {
                let piece = random.bytes(size)
                withSpan(piece) { buffer.append($0) }
                expected += piece
                let held = buffer.withBytes { Array($0) }
                #expect(held == expected, "after a piece of \(size) bytes")
            }
        }
    }

    @Test func appendsBytesLiteralsAndText() {
        let bytes = written { out in
            out.append(0x41)
            out.append("literal")
            out.append(text: "é€𝄞")
            out.append(word: 0x0807_0605_0403_0201, used: 3)
            out.append(contentsOf: UnsafeRawBufferPointer(start: nil, count: 0))
        }
        #expect(bytes == Array("Aliteralé€𝄞".utf8) + [1, 2, 3])
    }

    @Test func keepsItsBytesAsItGrows() {
        var buffer = ByteBuffer(capacity: 1)
        for index in 0..<100_000 { buffer.append(UInt8(truncatingIfNeeded: index)) }
        let mismatch = buffer.withBytes { bytes in bytes.indices.first { bytes[$0] != UInt8(truncatingIfNeeded: $0) } }
        #expect(mismatch == nil)
        let count = buffer.count
        #expect(count == 100_000)
    }

    @Test func truncatesAndEmpties() {
        var buffer = ByteBuffer()
        buffer.append(text: "one two")
        buffer.truncate(to: 3)
        #expect(buffer.text == "one")
        buffer.removeAll()
        let isEmpty = buffer.isEmpty
        #expect(isEmpty)
        buffer.append(text: "more")
        #expect(buffer.text == "more")
    }

    @Test func overwritesInPlace() {
        var buffer = ByteBuffer()
        buffer.append(text: "abcdefgh")
        buffer.overwrite(0x3132_3334, at: 2)
        #expect(buffer.text == "ab1234gh")
        withSpan("xyz") { buffer.overwrite($0, 1..<3, at: 6) }
        #expect(buffer.text == "ab1234yz")
    }

    @Test func comparesWithAPieceOfAWindow() {
        let text = "0123456789abcdefghijklmnop"
        withSpan("__\(text)__") { window in
            for size in 0...text.utf8.count {
                var buffer = ByteBuffer()
                buffer.append(text: String(text.prefix(size)))
                let same = buffer.equals(window, 2..<2 + size)
                let longer = buffer.equals(window, 2..<3 + size)
                let shifted = buffer.equals(window, 1..<1 + size)
                #expect(same && !longer && (!shifted || size == 0), "\(size) bytes")
            }
        }
    }

    @Test func drainsIntoASinkOnce() throws {
        let sink = MemorySink()
        var buffer = ByteBuffer()
        buffer.append(text: "line\n")
        try buffer.drain(to: sink)
        try buffer.drain(to: sink)
        #expect(sink.text == "line\n")
    }
}
