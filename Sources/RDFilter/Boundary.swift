public import ArgumentParser
import Glibc
import RDBytes
import RDProcess

/// Runs a command from the process's arguments and ends the process: the one place where errors become exit codes.
/// `arguments` stand in for those of the process. Without `readsSettings` neither `rd.yaml` nor the environment says
/// what its options are.
public func runCommand<Command: ParsableCommand>(
    _ type: Command.Type, arguments: [String]? = nil, readsSettings: Bool = true
) -> Never {
    let name = type.configuration.commandName ?? "rd"
    let given = arguments ?? Array(CommandLine.arguments.dropFirst())
    var log = Log(name: name)
    var added: [Setting] = []
    var audit: CommandAudit?
    do {
        var words = given
        if let run = environment("RD_RUN_ID") { ProcessRun.set(run) }
        if readsSettings, !asksAboutItself(given) {
            let settings = try Settings.load()
            try settings.enterEnvironment()
            let completed = CommandSettings(type, given, settings.options(of: name, variables: Settings.variables()))
            (words, added) = (completed.arguments, completed.added)
        }
        var command = try type.parseAsRoot(words)
        if let known = command as? any SuiteCommand { log = known.common.log(name) }
        audit = CommandAudit(command, name, given, log)
        audit?.record(.begin)
        try command.run()
        audit?.record(.end, exitCode: 0)
        exit(0)
    } catch let error as any CodedError {
        log.write(.error, error.description, attributes: [("exit.code", .integer(error.exitCode.rawValue))])
        audit?.record(.end, exitCode: error.exitCode.rawValue)
        exit(error.exitCode.rawValue)
    } catch {
        let code = type.exitCode(for: error).rawValue
        audit?.record(.end, exitCode: code)
        if code != 0 { explain(added) }
        type.exit(withError: error)
    }
}

/// Help and the like tell of the program alone, and at once.
private func asksAboutItself(_ words: [String]) -> Bool {
    let own = words.prefix { $0 != "--" }
    return words.first == "help"
        || own.contains {
            ["-h", "--help", "--help-hidden", "--version", "--experimental-dump-help"].contains($0)
                || $0.hasPrefix("--generate-completion-script")
        } || words.first?.hasPrefix("---completion") == true
}

/// Says where the options came from that nobody sees on the command line.
private func explain(_ added: [Setting]) {
    for setting in added {
        let option = setting.name.map { $0 == "_" ? "-" : String($0) }.joined()
        writeError("Note: --\(option) is from \(setting.origin)\n")
    }
}

/// The version of the suite.
public let suiteVersion = "0.1.0"
