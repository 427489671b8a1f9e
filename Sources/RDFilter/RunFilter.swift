import RDBytes
import RDProcess
public import RDRecord

/// Runs `stage` between standard input and standard output, to the end of the stream.
public func runFilter<Stage: RecordStage & ~Copyable>(_ stage: consuming Stage, name: String, options: StreamOptions)
    throws
{
    widenPipe(1)
    let sink = FileSink(1, name: "standard output")
    let source = FileSource(0, name: "standard input")
    guard fileKind(0) != .directory else { throw RDError(.noInput, "standard input is a directory") }
    var loop = FilterLoop(stage, from: source, to: sink, FilterSetting(name: name, options: options))
    try loop.run()
    try sink.close()
}
