import ArgumentParser
import RDBytes
import RDFilter
import RDWarehouse

struct TagCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "tag", abstract: "Give a version a name, or take a name away.",
        discussion: """
            A name is on one version at a time, and that version is not pruned. It begins with a letter; letters, \
            digits and ._-/+ may follow.

            Examples:
              rd-version tag year-end 12
              rd-version tag year-end latest --force
              rd-version tag --delete year-end
            """)

    @OptionGroup var options: VersionOptions
    var common: CommonOptions { options.common }

    @Argument(help: "The name.")
    var name: String

    @Argument(help: "The version: a number, a tag, latest, latest~1.", transform: VersionReference.init)
    var version: VersionReference?

    @Flag(help: "Move the name where another version has it.")
    var force = false

    @Flag(help: "Take the name away.")
    var delete = false

    func validate() throws {
        guard delete != (version != nil) else {
            throw ValidationError("a name needs a version, or --delete without one")
        }
        guard !(delete && force) else { throw ValidationError("--force does not go with --delete") }
    }

    func run() throws {
        let connection = try options.connect()
        if let version {
            let target = try version.resolve(connection)
            let holder = try VersionTag.put(name, on: target, isMoved: force, connection)
            let words = holder.map { "'\(name)' is on version \(target.number) now, and was on version \($0)" }
            return try options.answer(
                [["tag": .string(name), "version": .integer(target.number), "moved_from": Self.number(holder)]],
                [words ?? "'\(name)' is on version \(target.number)"])
        }
        let holder = try VersionTag.delete(name, connection)
        try options.answer(
            [["tag": .string(name), "version": .null, "moved_from": .integer(holder)]],
            ["'\(name)' was on version \(holder), and is gone"])
    }

    private static func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .null }
}
