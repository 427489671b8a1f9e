import ArgumentParser
import RDBytes
import RDClean
import RDFilter
import RDProcess
import RDRecord

/// Any bytes at all read as a stream: the filter ends well with a balanced account, or gives up and says so, and never
/// closes what was not closed.
struct StreamTarget {
    let schema: SalesSchema
    let rules: CleaningRules

    func run(_ bytes: [UInt8], _ random: inout Mutator) throws {
        let (lines, error) = try filter(bytes, step: 1 + random.below(60))
        var kinds: [String] = []
        for line in lines {
            guard let json = try? JSONValue(parsing: line) else { throw Finding("a line is not JSON: \(line)") }
            kinds.append(json["@rd"]?.string ?? "record")
        }
        let closes = kinds.count { $0 == "close" }
        if error == nil {
            try require(kinds.isEmpty || closes == 1 && kinds.last == "close", "no error and no end: \(kinds)")
        } else {
            try require(closes == 0, "an error and an end all the same: \(String(describing: error))")
        }
        try require(kinds.isEmpty || kinds.contains("open") || error != nil, "no open line")
    }

    private func filter(_ bytes: [UInt8], step: Int) throws -> (lines: [String], error: (any Error)?) {
        var setting = FilterSetting(name: "rd-clean", options: try StreamOptions.parse([]))
        setting.log = Log(name: "fuzz", isSilent: true)
        setting.newRun = { RunID(milliseconds: 0, random: Array(repeating: 0, count: 10)) }
        setting.inputChannel = nil
        setting.outputChannel = nil
        setting.clock = { 0 }
        let sink = MemorySink()
        let options = CleanOptions(makeFile: { MemorySpillFile() })
        var loop = FilterLoop(
            CleanStage(schema: schema, rules: rules, options: options), from: MemorySource(bytes, step: step), to: sink,
            setting)
        do { try loop.run() } catch { return (sink.text.split(separator: "\n").map(String.init), error) }
        return (sink.text.split(separator: "\n").map(String.init), nil)
    }
}
