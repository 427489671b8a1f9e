public import RDBytes
import RDQuality
public import RDRecord

/// Reads files one after the other into one stream.
public struct Ingest: ~Copyable {
    let settings: IngestSettings
    let sink: any ByteSink
    var out = ByteBuffer(capacity: (1 << 17) + (1 << 16))
    var scratch = ByteBuffer(capacity: 4096)
    var scratchCells = CellTable()
    var rejects = RejectCounts()
    var rows = 0
    var money: Int128 = 0
    var linesBefore = 0
    var bytesBefore = 0
    var isOpen = false
    let started: Int64
    var nextChunk: Int
    var gate: GateWatch
    /// The bytes of all inputs; nil where they are not known.
    var bytesInAll: Int?
    /// What the gate warned of.
    public internal(set) var warnings: [String] = []

    /// Writes to `sink`.
    public init(_ settings: IngestSettings, to sink: any ByteSink) {
        self.settings = settings
        self.sink = sink
        started = settings.clock()
        nextChunk = settings.chunkSize
        gate = settings.gates.watch(.ingestion)
    }

    /// Reads `inputs` to their ends and closes the stream. Data that cannot be taken write an `abort` line where the
    /// stream is open, and throw. Any other failure leaves the stream without an end.
    public mutating func run(_ inputs: [InputFile]) throws -> StageLedger {
        let sizes = inputs.compactMap(\.size)
        bytesInAll = sizes.count == inputs.count ? sizes.reduce(0, +) : nil
        do {
            var hashes: [String] = []
            var total = 0
            for (index, input) in inputs.enumerated() {
                let (hash, size) = try read(input, index: index, of: inputs)
                hashes.append(hash)
                total += size
            }
            try checkLimit(atEnd: true)
            return try close(inputs, hash: Self.combined(hashes), bytes: total)
        } catch let error as any CodedError where error.exitCode == .data && isOpen {
            let code = (error as? any AbortingError)?.abortCode ?? "data"
            if !settings.isBare { appendAbort(stage: "ingest", code: code, detail: error.message, to: &out) }
            try out.drain(to: sink)
            throw error
        }
    }

    /// The hash of one file is its own; that of several is the SHA-256 of theirs, in hexadecimal, a line each.
    static func combined(_ hashes: [String]) -> String {
        guard hashes.count != 1 else { return hashes[0] }
        var hash = SHA256()
        let text = hashes.map { $0 + "\n" }.joined()
        Array(text.utf8).withUnsafeBytes { hash.update($0) }
        return SHA256.hex(hash.finalize())
    }

    mutating func read(_ input: InputFile, index: Int, of inputs: [InputFile]) throws -> (String, Int) {
        let source = CountingSource(input.source, sha256: input.sha256)
        do {
            try convert(input, source, index: index, of: inputs)
        } catch {
            try input.finish(false)
            throw error
        }
        try input.finish(true)
        if let size = input.size, source.bytes != size {
            throw RDError(
                .temporary,
                "\(input.uri) changed while it was read: \(size) bytes at first, \(source.bytes) in the end",
                remedy: "run again once its writer is done")
        }
        bytesBefore += source.bytes
        return (source.sha256, source.bytes)
    }

    /// Converts one file to its end.
    mutating func convert(_ input: InputFile, _ source: any ByteSource, index: Int, of inputs: [InputFile])
        throws
    {
        let opener = SourceOpener(schema: settings.schema, pins: settings.pins, sniffBytes: settings.sniffBytes)
        var opened = try opener.open(input, source)
        announce(opened.decisions, opened.header, input, index: index, of: inputs)
        try convert(&opened, input)
        linesBefore += opened.reader.linesUsed
    }
}
