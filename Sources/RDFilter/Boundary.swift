public import ArgumentParser
import Glibc
import RDBytes
import RDProcess

/// Runs a command from the process's arguments and ends the process: the one place where errors become exit codes.
/// `arguments` stand in for those of the process.
public func runCommand<Command: ParsableCommand>(_ type: Command.Type, arguments: [String]? = nil) -> Never {
    let name = type.configuration.commandName ?? "rd"
    var log = Log(name: name)
    do {
        var command = try type.parseAsRoot(arguments)
        if let known = command as? any SuiteCommand { log = known.common.log(name) }
        try command.run()
        exit(0)
    } catch let error as any CodedError {
        log.write(.error, error.description, attributes: [("exit.code", .integer(error.exitCode.rawValue))])
        exit(error.exitCode.rawValue)
    } catch {
        type.exit(withError: error)
    }
}

/// The version of the suite.
public let suiteVersion = "0.1.0"
