public import RDBytes

/// Calls `body` with the UTF-8 of `text`.
@discardableResult
public func withSpan<Result>(_ text: String, _ body: (RawSpan) throws -> Result) rethrows -> Result {
    try withSpan(Array(text.utf8), body)
}

/// Calls `body` with `bytes`, in an allocation of just their size so that a sanitiser sees what reads past them.
@discardableResult
public func withSpan<Result>(_ bytes: some Collection<UInt8>, _ body: (RawSpan) throws -> Result) rethrows -> Result {
    let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 1)
    copy.copyBytes(from: bytes)
    defer { copy.deallocate() }
    return try body(UnsafeRawBufferPointer(copy).bytes)
}

/// What `body` writes into an empty buffer.
public func written(_ body: (inout ByteBuffer) throws -> Void) rethrows -> [UInt8] {
    var out = ByteBuffer(capacity: 64)
    try body(&out)
    return out.withBytes { Array($0) }
}

/// What `body` writes into an empty buffer, as text.
public func writtenText(_ body: (inout ByteBuffer) throws -> Void) rethrows -> String {
    String(decoding: try written(body), as: UTF8.self)
}
