import ArgumentParser
import RDBytes
import Testing

@testable import RDFilter

@Suite struct SettingsTests {
    private static let file: JSONValue = [
        "kind": "settings", "version": 1, "profile": "small",
        "all": [
            ["executable": .null, "name": "job", "values": ["nightly"], "line": 4],
            ["executable": "rd-load", "name": "wait", "values": ["1"], "line": 5],
            ["executable": "rd-load", "name": "force", "values": ["true"], "line": 6],
        ],
        "profiles": [
            "small": [["executable": "rd-load", "name": "wait", "values": ["2"], "line": 9]],
            "large": [],
        ],
    ]

    private func options(_ variables: [(String, String)] = [], profile: String? = nil) throws -> [String] {
        let settings = try Settings(Self.file, file: "rd.yaml", profile: profile)
        return settings.options(of: "rd-load", variables: variables)
            .map { "\($0.name)=\($0.values.joined(separator: ",")) \($0.origin)" }.sorted()
    }

    @Test func theProfileComesBeforeAll() throws {
        #expect(try options() == ["force=true rd.yaml:6", "wait=2 rd.yaml:9 (profile small)"])
        #expect(try options(profile: "large") == ["force=true rd.yaml:6", "wait=1 rd.yaml:5"])
    }

    @Test func theEnvironmentComesBeforeTheFile() throws {
        let found = try options([("RD_LOAD_WAIT", "3"), ("RD_LOAD_FORCE", ""), ("RD_CLEAN_DEDUPE", "off")])
        #expect(found == ["force=true rd.yaml:6", "wait=3 RD_LOAD_WAIT in the environment"])
    }

    @Test(arguments: [[0, 1], [1, 0]]) func anExecutablesOwnVariableComesBeforeThatForAll(order: [Int]) throws {
        let both = [("RD_QUIET", "true"), ("RD_LOAD_QUIET", "false")]
        #expect(try options(order.map { both[$0] }).contains("quiet=false RD_LOAD_QUIET in the environment"))
    }

    @Test func aProfileThatIsNotThereIsRefused() {
        #expect(
            throws: RDError(
                .configuration, "rd.yaml has no profile 'x'", remedy: "set RD_PROFILE to one of: small, large")
        ) {
            try Settings(Self.file, file: "rd.yaml", profile: "x")
        }
    }
}

/// What is added to a command line.
@Suite struct CommandSettingsTests {
    private struct Parent: ParsableCommand {
        static let configuration = CommandConfiguration(commandName: "rd-x", subcommands: [Child.self])
    }

    private struct Child: ParsableCommand {
        @Flag(name: .shortAndLong) var quiet = false
        @Option(name: .shortAndLong) var wait = 0
        @Option(parsing: .upToNextOption) var key: [String] = []
        @Argument(parsing: .captureForPassthrough) var rest: [String] = []
    }

    private func added(_ given: String, _ settings: [(String, [String])]) -> String {
        let settings = settings.map { Setting(executable: "rd-x", name: $0.0, values: $0.1, origin: "here") }
        let words = given.split(separator: " ").map(String.init)
        return CommandSettings(Parent.self, words, settings).arguments.joined(separator: " ")
    }

    @Test func whatIsLeftOutComesBehindTheSubcommand() {
        #expect(added("child a", [("wait", ["5"])]) == "child --wait=5 a")
        #expect(added("child", [("quiet", ["true"]), ("key", ["a", "b"])]) == "child --quiet --key=a --key=b")
    }

    @Test(arguments: ["child --wait 7", "child --wait=7", "child -w 7", "child -w7", "child -qw 7"])
    func whatIsGivenStays(given: String) {
        #expect(added(given, [("wait", ["5"])]) == given)
    }

    @Test func whatFollowsTwoDashesIsNoOption() {
        #expect(added("child -- --wait 7", [("wait", ["5"])]) == "child --wait=5 -- --wait 7")
    }

    @Test func otherCommandsOptionsAreLeftOut() {
        #expect(added("child", [("no_such", ["5"]), ("quiet", ["false"])]) == "child")
        #expect(added("", [("wait", ["5"])]).isEmpty)
    }
}
