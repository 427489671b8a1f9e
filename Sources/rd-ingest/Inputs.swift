import RDBytes
import RDIngest
import RDProcess

/// Opens every file before the first is read, so that a missing one ends the run before it begins.
func openInputs(_ paths: [String]) throws -> [InputFile] {
    try paths.map { path in
        if path == "-" { return try openStandardInput() }
        let source = try FileSource(path: path)
        if let tool = try decompressor(path) { return try openCompressed(path, source, tool) }
        guard fileKind(source.descriptor) == .regular else { return InputFile(uri: path, source: source) }
        return try openRegular(path, source)
    }
}

private func openRegular(_ path: String, _ source: FileSource) throws -> InputFile {
    var input = InputFile(uri: path, source: source, reopen: { try FileSource(path: path) })
    try input.survey()
    return input
}

private func openStandardInput() throws -> InputFile {
    widenPipe(0)
    guard fileKind(0) != .directory else { throw RDError(.noInput, "standard input is a directory") }
    return InputFile(uri: "-", source: FileSource(0, name: "standard input"))
}

/// The program that decompresses a file, told from its first bytes or else from its name.
private func decompressor(_ path: String) throws -> String? {
    let probe = try FileSource(path: path)
    guard fileKind(probe.descriptor) == .regular else { return nil }
    var start = [UInt8](repeating: 0, count: 6)
    let got = try start.withUnsafeMutableBytes { try probe.read(into: $0) }
    let head = start[..<got]
    if head.starts(with: [0x1F, 0x8B]) || path.hasSuffix(".gz") { return "gzip" }
    if head.starts(with: [0x28, 0xB5, 0x2F, 0xFD]) || path.hasSuffix(".zst") { return "zstd" }
    if head.starts(with: [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) || path.hasSuffix(".xz") { return "xz" }
    return nil
}

private func openCompressed(_ path: String, _ source: FileSource, _ tool: String) throws -> InputFile {
    let (read, write) = try makePipe()
    widenPipe(read)
    let package = tool == "xz" ? "xz-utils" : tool
    let child = try Subprocess(
        tool, ["-dc"], input: source.descriptor, output: write, remedy: "install it: apt-get install \(package)")
    closeDescriptor(write)
    let text = FileSource(read, name: path, ownsDescriptor: true)
    return InputFile(
        uri: path, source: text,
        finish: { isComplete in
            if isComplete { return try child.waitForSuccess("cannot decompress \(path)") }
            text.close()
            try child.waitUnlessStopped("cannot decompress \(path)")
        })
}

/// The size of all inputs; nil where one is not known.
func totalSize(_ inputs: [InputFile]) -> Int? {
    let sizes = inputs.compactMap(\.size)
    return sizes.count == inputs.count ? sizes.reduce(0, +) : nil
}
