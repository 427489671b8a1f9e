import ArgumentParser
import RDBytes
import RDConfig
import RDFilter
import RDProcess
import RDTesting

/// What is fed with broken input.
enum TargetName: String, CaseIterable, ExpressibleByArgument {
    case csv, json, stream
}

@main struct Command: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-fuzz", abstract: "Feed the readers with broken input and check what must always hold.",
        discussion: """
            Every input is kept in a file before it is used, so that it is there after a crash. An input that breaks \
            a reader or a rule is reported with the seed, and `--input FILE` runs it again.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "The reader: csv (rd-ingest), json (the parsers) or stream (rd-clean).")
    var target: TargetName

    @Option(help: "How long to go on.")
    var seconds = 20

    @Option(help: "The first of the random numbers; by default another each time.")
    var seed: UInt64?

    @Option(help: .init("Run this input only.", valueName: "file"))
    var input: String?

    @Option(help: .init("Where the rules and the inputs to begin with are.", valueName: "folder"))
    var checkout = Folders().checkout ?? "."

    @Option(help: .init("Where the input of a failure is left.", valueName: "folder"))
    var failures = "."

    static func main() { runCommand(Self.self) }

    func run() throws {
        let subject: any FuzzTarget =
            switch target {
            case .csv: try CSVTarget(schema: compiled("schema.yaml"))
            case .json: JSONTarget()
            case .stream: try StreamTarget(schema: compiled("schema.yaml"), rules: compiled("cleaning.yaml"))
            }
        if let input {
            let outcome = try subject.check(readAll(FileSource(path: input)))
            return print("rd-fuzz \(target.rawValue): \(input) passes: \(outcome)")
        }
        let place = "\(checkout)/Tests/Fuzz/corpus"
        let first = seed ?? SystemRandomNumberGenerator.number()
        var loop = FuzzLoop(
            name: target.rawValue, seed: first, pool: try readCorpus("\(place)/\(target.rawValue)"),
            words: subject.words, keeper: try InputKeeper(target.rawValue, folder: failures, seed: first))
        try loop.run(subject, seconds: seconds)
    }

    private func compiled(_ name: String) throws -> JSONValue {
        let text = String(decoding: try readAll(FileSource(path: "\(checkout)/pipelines/\(name)")), as: UTF8.self)
        guard case .compiled(let json) = Configuration.compile(text, file: name) else {
            throw RDError(.configuration, "\(name) does not compile")
        }
        return json
    }
}

extension SystemRandomNumberGenerator {
    /// One number that nobody knows before.
    static func number() -> UInt64 {
        var random = SystemRandomNumberGenerator()
        return random.next() >> 32
    }
}
