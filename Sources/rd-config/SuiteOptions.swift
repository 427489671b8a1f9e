import RDBytes
import RDConfig
import RDProcess

/// The options of the suite's executables, as they themselves tell them.
struct SuiteOptions {
    /// One option.
    struct Option: Equatable {
        /// Its name with `_` for `-`.
        let name: String
        /// What holds where nobody says.
        let value: String?
        /// True where it is on or off.
        let isFlag: Bool
    }

    /// The executables by name, in order.
    let names: [String]
    private let folder: String

    /// Those of this installation; in a checkout those that `bin` has, and no program of its tests.
    init(_ folders: Folders) throws {
        folder = folders.executables
        names = try filesOf(folders.checkout.map { $0 + "/bin" } ?? folder).sorted()
            .filter { [folder] in $0.hasPrefix("rd-") && !$0.contains(".") && isExecutable("\(folder)/\($0)") }
    }

    /// The options of an executable and of its subcommands, each once.
    /// - Throws: exit 70 where it does not tell them.
    func options(of name: String) throws -> [Option] {
        let (ending, output) = try capture("\(folder)/\(name)", ["--experimental-dump-help"])
        let json = output.withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
        guard ending == .exit(0), let command = json?["command"] else {
            throw RDError(.internalError, "\(name) does not tell its options", remedy: "build or install it anew")
        }
        var found: [Option] = []
        gather(command, &found)
        return found
    }

    private func gather(_ command: JSONValue, _ found: inout [Option]) {
        for argument in command["arguments"]?.array ?? [] where argument["kind"]?.string != "positional" {
            let long = (argument["names"]?.array ?? []).first { $0["kind"]?.string == "long" }?["name"]?.string
            guard let long, !["help", "version"].contains(long) else { continue }
            let isFlag = argument["kind"]?.string == "flag"
            let name = long.map { $0 == "-" ? "_" : String($0) }.joined()
            if found.contains(where: { $0.name == name }) { continue }
            let value = argument["defaultValue"]?.string ?? (isFlag ? "false" : nil)
            found.append(Option(name: name, value: value, isFlag: isFlag))
        }
        for subcommand in command["subcommands"]?.array ?? [] where subcommand["commandName"]?.string != "help" {
            gather(subcommand, &found)
        }
    }
}

extension SuiteOptions {
    /// What compiled settings say of executables and options that there are not.
    func flaws(in settings: JSONValue, file: String) throws -> [ConfigurationFlaw] {
        var known: [String: [Option]] = [:]
        var found: [ConfigurationFlaw] = []
        let profiles = (settings["profiles"]?.members ?? []).map(\.value)
        for entry in ([settings["all"]] + profiles).flatMap({ $0?.array ?? [] }) {
            guard let executable = entry["executable"]?.string, let name = entry["name"]?.string else { continue }
            let line = entry["line"]?.integer ?? 1
            func fail(_ problem: String) {
                found.append(ConfigurationFlaw(file: file, line: line, column: 1, problem: problem))
            }
            guard names.contains(executable) else {
                fail("there is no executable '\(executable)'; expected one of \(names.joined(separator: ", "))")
                continue
            }
            let options = try known[executable] ?? self.options(of: executable)
            known[executable] = options
            guard let option = options.first(where: { $0.name == name }) else {
                let all = options.map(\.name).joined(separator: ", ")
                fail("\(executable) has no option '\(name)'; expected one of \(all)")
                continue
            }
            let value = entry["values"]?.array?.first?.string ?? ""
            if option.isFlag, !["true", "false"].contains(value) {
                fail("found '\(value)'; expected true or false for \(name) of \(executable)")
            }
        }
        return found
    }
}
