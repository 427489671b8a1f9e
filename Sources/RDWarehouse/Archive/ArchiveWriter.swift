import RDBytes
public import RDPostgres

/// Writes the rows of queries as compressed CSV files into a folder, in bounded memory.
public struct ArchiveWriter {
    private let folder: String
    private let compression: Compression

    /// Writes into `folder`, which is there.
    public init(folder: String, compression: Compression) {
        self.folder = folder
        self.compression = compression
    }

    /// Writes the rows of one query and has them on disk. The session's settings of dates and times go into the text:
    /// ISO and UTC make it the same everywhere.
    public func write(_ query: ArchiveQuery, from connection: Connection) throws -> ArchiveFile {
        let name = query.name + compression.ending
        let sink = try CompressedSink(creating: "\(folder)/\(name)", compression)
        var file = try Self.stream(query, from: connection) { try sink.write($0) }
        try sink.finish()
        file.name = name
        (file.compressedBytes, file.compressedSHA256) = try ArchiveReader(folder: folder).hash(name)
        return file
    }

    /// What the file of a query would be, its name and compression left open.
    static func digest(_ query: ArchiveQuery, from connection: Connection) throws -> ArchiveFile {
        try stream(query, from: connection) { _ in }
    }

    private static func stream(
        _ query: ArchiveQuery, from connection: Connection, to body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> ArchiveFile {
        var file = ArchiveFile()
        file.table = query.table
        file.month = query.month
        var digest: ArchiveDigest?
        var buffer = ByteBuffer(capacity: 1 << 17)
        func flush() throws {
            try buffer.withBytes { bytes in
                digest?.take(bytes)
                try body(bytes)
            }
            buffer.removeAll()
        }
        try connection.copyOut(query.copy) { row in
            if digest == nil {
                file.columns = Self.columns(row)
                digest = ArchiveDigest(columns: file.columns)
            }
            buffer.append(contentsOf: row)
            if buffer.count > 1 << 16 { try flush() }
        }
        try flush()
        digest?.finish(&file)
        return file
    }

    /// The names in the header; they are plain identifiers.
    private static func columns(_ header: UnsafeRawBufferPointer) -> [String] {
        let text = String(decoding: header, as: UTF8.self)
        return text.dropLast().split(separator: ",").map { String($0) }
    }
}
