import RDBytes

/// Short texts one behind the other in plain memory, so that copying one costs no reference count.
struct TextTable: ~Copyable {
    private var bytes = ByteBuffer()
    private var ends: [Int] = [0]

    /// A table of `texts`, each written by `body`.
    init(_ texts: some Sequence<String>, _ body: (String, inout ByteBuffer) -> Void) {
        for text in texts {
            body(text, &bytes)
            ends.append(bytes.count)
        }
    }

    /// Appends text `index` to `out`.
    @inline(__always) borrowing func append(_ index: Int, to out: inout ByteBuffer) {
        let range = ends[index]..<ends[index + 1]
        out.append(contentsOf: UnsafeRawBufferPointer(rebasing: bytes.bytes[range]))
    }
}
