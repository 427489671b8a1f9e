import ArgumentParser
import RDBytes
import RDConfig
import RDFilter
import RDProcess

@main struct Command: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rd-config",
        abstract: "Check and compile the suite's YAML files, and show what its settings are.",
        discussion: """
            The filters read the compiled form, which they ask this program for and keep under the state folder.

            Examples:
              rd-config check pipelines/*.yaml
              rd-config compile pipelines/schema.yaml | jq '.fields[].name'
              rd-config show --changed
            """, version: suiteVersion, subcommands: [Check.self, Compile.self, Show.self])

    static func main() { runCommand(Self.self, readsSettings: false) }
}

struct Check: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is wrong with files, and exit 78 where something is.",
        discussion: """
            Every flaw has its line and what was expected there. The commands of a timetable are read by bash as well, \
            without running them, and its folders and files must be there.
            """)

    @OptionGroup var common: CommonOptions

    @Argument(help: "Files to check.") var files: [String]

    private func flaws(of file: String) throws -> [ConfigurationFlaw] {
        var found: [ConfigurationFlaw] = []
        if case .flawed(let flaws) = try compile(file) { found = flaws }
        let text = String(decoding: try readAll(FileSource(path: file)), as: UTF8.self)
        return (found + (try TimetableOutside(file).flaws(in: text, named: file))).inOrder
    }

    func run() throws {
        var flaws = 0
        for file in files {
            let found = try self.flaws(of: file)
            flaws += found.count
            for flaw in found { common.log("rd-config").write(.error, flaw.description) }
        }
        guard flaws == 0 else {
            throw RDError(.configuration, flaws == 1 ? "one flaw" : "\(flaws) flaws", remedy: "see the lines above")
        }
    }
}

struct Compile: SuiteCommand {
    static let configuration = CommandConfiguration(abstract: "Print a file's compiled form as one line of JSON.")

    @OptionGroup var common: CommonOptions

    @Argument(help: "The file to compile.") var file: String

    func run() throws {
        switch try compile(file) {
        case .compiled(let json):
            let sink = FileSink(1, name: "standard output")
            try Array((json.text + "\n").utf8).withUnsafeBytes { try sink.write($0) }
            try sink.close()
        case .flawed(let flaws):
            for flaw in flaws.dropFirst() { common.log("rd-config").write(.error, flaw.description) }
            throw RDError(.configuration, flaws.first?.description ?? "the file is wrong")
        }
    }
}

/// What becomes of a file; of settings, also by what the executables say of their options.
func compile(_ file: String) throws -> Configuration.Outcome {
    let text = try readAll(FileSource(path: file))
    let outcome = Configuration.compile(String(decoding: text, as: UTF8.self), file: file)
    guard case .compiled(let json) = outcome, json["kind"]?.string == "settings" else { return outcome }
    let flaws = try SuiteOptions(Folders()).flaws(in: json, file: file)
    return flaws.isEmpty ? outcome : .flawed(flaws)
}
