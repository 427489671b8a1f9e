import RDBytes
import RDProcess
public import RDRecord

/// Runs `stage` between standard input and standard output, to the end of the stream. A stage that is not `isExact` passes
/// on what it does not understand, so that the next filter must not hold it to what it took the money to be.
public func runFilter<Stage: RecordStage & ~Copyable>(
    _ stage: consuming Stage, name: String, options: StreamOptions, isExact: Bool = true
) throws {
    widenPipe(1)
    let sink = FileSink(1, name: "standard output")
    let source = FileSource(0, name: "standard input")
    guard fileKind(0) != .directory else { throw RDError(.noInput, "standard input is a directory") }
    var setting = FilterSetting(name: name, options: options)
    setting.isExact = isExact
    var loop = FilterLoop(stage, from: source, to: sink, setting)
    try loop.run()
    try sink.close()
}
