import ArgumentParser
import RDBytes
import RDConfig
import RDFilter
import RDProcess

struct Show: SuiteCommand {
    static let configuration = CommandConfiguration(
        abstract: "Print each setting of the suite, its value, and where that came from.",
        discussion: """
            What holds is a command's own flag, else the environment, else the profile of rd.yaml, else what rd.yaml \
            says for all profiles, else the default. The options of every executable are settings: `wait` under \
            `rd-load` is --wait, and RD_LOAD_WAIT in the environment. Passwords are not shown.

            Examples:
              rd-config show
              rd-config show --changed
              RD_PROFILE=production rd-config show rd-load
              rd-config show | jq -r 'select(.from != "default") | .setting'
            """)

    @OptionGroup var common: CommonOptions

    @Option(help: .init("The profile, in place of RD_PROFILE and the file's own choice.", valueName: "name"))
    var profile: String?

    @Flag(help: "Only what is not a default.")
    var changed = false

    @Flag(help: "Write JSON on a terminal too.")
    var json = false

    @Argument(help: .init("Only the options of these executables.", valueName: "executable"))
    var names: [String] = []

    func run() throws {
        let folders = Folders()
        let settings = try chosen(folders)
        let suite = try SuiteOptions(folders)
        if let unknown = names.first(where: { suite.names.firstIndex(of: $0) == nil }) {
            throw RDError(.usage, "there is no executable '\(unknown)'", remedy: "see: rd help")
        }
        var lines = names.isEmpty ? plain(settings, folders) : []
        let variables = Settings.variables()
        for name in names.isEmpty ? suite.names : names {
            let given = settings.options(of: name, variables: variables)
            // What is one setting for all is told once, unless this executable has its own.
            let own = try suite.options(of: name).filter { option in
                !Settings.plain.contains { $0.name == option.name }
                    || given.contains { $0.name == option.name && !$0.isForAll }
            }
            lines += own.map { line($0, of: name, given) }
        }
        if changed { lines.removeAll { $0.from == "default" } }
        try write(lines)
    }

    private func chosen(_ folders: Folders) throws -> Settings {
        guard let file = Settings.findFile(home: folders.home) else {
            guard let profile = profile ?? environment("RD_PROFILE") else { return .none }
            throw RDError(.configuration, "there is no rd.yaml, and so no profile '\(profile)'")
        }
        switch try compile(file) {
        case .compiled(let json):
            guard json["kind"]?.string == "settings" else {
                throw RDError(
                    .configuration, "\(file) is not a file of settings", remedy: "it begins with kind: settings")
            }
            return try Settings(json, file: file, profile: profile ?? environment("RD_PROFILE"))
        case .flawed(let flaws):
            for flaw in flaws.dropFirst() { common.log("rd-config").write(.error, flaw.description) }
            throw RDError(
                .configuration, flaws.first?.description ?? "\(file) is wrong", remedy: "run: rd-config check \(file)")
        }
    }

    private func plain(_ settings: Settings, _ folders: Folders) -> [SettingLine] {
        let chosen = environment("RD_PROFILE") != nil && profile == nil ? "RD_PROFILE in the environment" : "--profile"
        let lines = [
            SettingLine("file", settings.file, settings.file == nil ? "default" : "found"),
            SettingLine(
                "profile", settings.profile,
                settings.profile == nil ? "default" : profile ?? environment("RD_PROFILE") == nil ? "the file" : chosen),
            SettingLine("home", folders.home, environment("RD_HOME") == nil ? "default" : "RD_HOME in the environment"),
            SettingLine(
                "share", folders.share, environment("RD_SHARE") == nil ? "default" : "RD_SHARE in the environment"),
        ]
        return lines
            + Settings.plain.map { name, variable in
                if let value = environment(variable) {
                    return SettingLine(name, value, "\(variable) in the environment")
                }
                let own = settings.values.first { $0.executable == nil && $0.name == name }
                return SettingLine(name, own?.values.first ?? Self.defaults(folders)[name], own?.origin ?? "default")
            }
    }

    private static func defaults(_ folders: Folders) -> [String: String] {
        [
            "audit_file": folders.home + "/audit.ndjson", "temporary_folder": "/tmp", "log_format": "auto",
            "quiet": "false",
        ]
    }

    private func line(_ option: SuiteOptions.Option, of name: String, _ given: [Setting]) -> SettingLine {
        let setting = given.first { $0.name == option.name }
        let value = setting.map { $0.values.joined(separator: ", ") } ?? option.value
        return SettingLine("\(name).\(option.name)", value, setting?.origin ?? "default")
    }

    private func write(_ lines: [SettingLine]) throws {
        if json || fileKind(1) != .terminal { return try printLines(lines.map(\.json.text)) }
        let rows = lines.map { [$0.name, $0.value ?? "-", $0.from] }
        try printLines(columnLines([["setting", "value", "from"]] + rows, left: 3))
    }
}

/// One line of the account.
private struct SettingLine {
    let name: String
    let value: String?
    let from: String

    init(_ name: String, _ value: String?, _ from: String) {
        self.name = name
        self.value = Secrets.isSecret(name: name) && value != nil ? Secrets.mask : value.map(Secrets.hidden)
        self.from = from
    }

    var json: JSONValue { ["setting": .string(name), "value": .optional(value), "from": .string(from)] }
}
