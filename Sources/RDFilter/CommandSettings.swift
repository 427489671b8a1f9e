import ArgumentParser
import RDBytes

/// Adds to a command line what the settings say of options that it leaves out.
struct CommandSettings {
    /// The command line with what was added.
    let arguments: [String]
    /// What was added.
    let added: [Setting]

    /// `given` for the command `type`, with those of `settings` that its subcommand has an option for.
    init(_ type: (some ParsableCommand).Type, _ given: [String], _ settings: [Setting]) {
        guard !settings.isEmpty, var command = Self.describe(type) else {
            (arguments, added) = (given, [])
            return
        }
        var depth = 0
        while depth < given.count, let next = Self.subcommand(command, given[depth]) {
            command = next
            depth += 1
        }
        if let name = command["defaultSubcommand"]?.string, let next = Self.subcommand(command, name) { command = next }
        let words = Self.words(command, given.dropFirst(depth), settings)
        arguments = given.prefix(depth) + words.map(\.word) + given.dropFirst(depth)
        added = words.map(\.setting)
    }

    /// What the command says of its options, in the form that the manual pages are made of too.
    private static func describe(_ type: (some ParsableCommand).Type) -> JSONValue? {
        do {
            _ = try type.parseAsRoot(["--experimental-dump-help"])
            return nil
        } catch {
            let text = type.fullMessage(for: error)
            let json = Array(text.utf8).withUnsafeBytes { try? JSONValue(parsing: $0.bytes) }
            return json?["command"]
        }
    }

    private static func subcommand(_ command: JSONValue, _ name: String) -> JSONValue? {
        (command["subcommands"]?.array ?? []).first { $0["commandName"]?.string == name }
    }

    private static func words(
        _ command: JSONValue, _ given: ArraySlice<String>, _ settings: [Setting]
    ) -> [(word: String, setting: Setting)] {
        // What follows a bare -- is no option.
        let own = given.prefix { $0 != "--" }
        return settings.flatMap { setting -> [(String, Setting)] in
            let long = setting.name.map { $0 == "_" ? "-" : String($0) }.joined()
            let option = (command["arguments"]?.array ?? []).first { argument in
                names(argument).contains { $0 == "--" + long }
            }
            guard let option, !isGiven(option, own) else { return [] }
            guard option["kind"]?.string == "flag" else { return setting.values.map { ("--\(long)=\($0)", setting) } }
            let isOn = ["true", "yes", "on", "1"].contains(setting.values.first?.lowercased() ?? "")
            return isOn ? [("--" + long, setting)] : []
        }
    }

    private static func names(_ argument: JSONValue) -> [String] {
        (argument["names"]?.array ?? []).compactMap { name in
            guard let text = name["name"]?.string else { return nil }
            return (name["kind"]?.string == "long" ? "--" : "-") + text
        }
    }

    /// True where the command line has the option itself, in any of its spellings.
    private static func isGiven(_ option: JSONValue, _ given: ArraySlice<String>) -> Bool {
        names(option).contains { name in
            given.contains { word in
                if name.hasPrefix("--") { return word == name || word.hasPrefix(name + "=") }
                // Short options may stand together, and their value right behind them.
                return word.hasPrefix("-") && !word.hasPrefix("--") && word.contains(name.dropFirst())
            }
        }
    }
}
