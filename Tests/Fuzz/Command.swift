import ArgumentParser
import RDBytes
import RDClean
import RDConfig
import RDFilter
import RDProcess
import RDRecord

/// Feeds changed texts to the readers for a while, and checks what must always hold.
@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-fuzz", abstract: "Fuzz the readers: csv, json or stream.",
        discussion: "A failure leaves its input in the file that is printed; --replay FILE runs it once more.")

    enum Target: String, ExpressibleByArgument, CaseIterable {
        case csv, json, stream
    }

    @Argument var target: Target
    @Option var seconds = 20
    @Option var seed: UInt64?
    @Option(help: "The folder with the checkout's corpus and rules.") var checkout = "."
    @Option var replay: String?

    static func main() { runCommand(Self.self) }

    func run() throws {
        let schema = try SalesSchema(compiled("schema.yaml"))
        let rules = try CleaningRules(compiled("cleaning.yaml"))
        let seed = seed ?? UInt64.random(in: 0..<1_000_000)
        var random = Mutator(seed: seed)
        let corpus = try ["sales.csv", "stream.ndjson", "quoted.csv"].map { try read("Tests/Fuzz/corpus/\($0)") }
        func once(_ bytes: [UInt8]) throws {
            switch target {
            case .csv: try CSVTarget(schema: schema).run(bytes, &random)
            case .json: for line in bytes.split(separator: 0x0A) { try JSONTarget().run(Array(line), &random) }
            case .stream: try StreamTarget(schema: schema, rules: rules).run(bytes, &random)
            }
        }
        if let replay { return try once(try readAll(FileSource(path: replay))) }
        // A trap ends the process: what it was fed must be on disk before.
        let file = "\(environment("TMPDIR") ?? "/tmp")/rd-fuzz-\(target.rawValue)-\(seed)"
        let end = Clock.monotonicNanoseconds() + Int64(seconds) * 1_000_000_000
        var runs = 0
        while Clock.monotonicNanoseconds() < end {
            let bytes = random.change(corpus)
            try writeAtomically(bytes, to: file)
            do { try once(bytes) } catch let finding as Finding {
                throw RDError(.internalError, "\(finding.text); seed \(seed), input \(file)")
            }
            runs += 1
        }
        removeFile(file)
        print("\(target.rawValue): \(runs) inputs in \(seconds) s, seed \(seed)")
    }

    private func read(_ path: String) throws -> [UInt8] { try readAll(FileSource(path: "\(checkout)/\(path)")) }

    private func compiled(_ name: String) throws -> JSONValue {
        let text = String(decoding: try read("pipelines/\(name)"), as: UTF8.self)
        guard case .compiled(let json) = Configuration.compile(text, file: name) else {
            throw RDError(.configuration, "\(name) does not compile")
        }
        return json
    }
}
