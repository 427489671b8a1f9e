import RDBytes
import RDConfig
import Testing

@Suite struct SettingsFileTests {
    private func flaws(_ text: String) -> [String] {
        if case .flawed(let flaws) = Configuration.compile(text, file: "f") { flaws.map(\.description) } else { [] }
    }

    @Test func theExampleCompiles() throws {
        guard case .compiled(let json) = Configuration.compile(try ours("rd.yaml"), file: "rd.yaml") else {
            Issue.record("\(flaws(try ours("rd.yaml")))")
            return
        }
        #expect(json["profile"]?.string == "development")
        let production = json["profiles"]?["production"]?.array ?? []
        #expect(production.contains { $0["name"]?.string == "wait" && $0["executable"]?.string == "rd-load" })
        #expect(production.allSatisfy { ($0["line"]?.integer ?? 0) > 20 })
    }

    @Test(arguments: [
        ("profile: dev", "f:3:10: found 'dev'; expected one of the profiles below"),
        ("all: {databse_url: x}", "f:3:7: unknown key 'databse_url' in all; expected an executable (rd-...) or one of"),
        ("all: {databse_url: x}", "did you mean 'database_url'?"),
        ("all: {database_url: 'postgresql://u:p@h/d'}", "f:3:21: a password stands in database_url"),
        ("all: {rd-load: 3}", "f:3:16: found '3'; expected a mapping for rd-load of all"),
        ("all: {rd-load: {batch-size: 3}}", "options have '_' in place of '-' here"),
        ("all: {job: [a]}", "f:3:12: found a list; expected a text for job"),
        ("all: {rd-load: {wait: {a: 1}}}", "expected a text for wait"),
        ("profiles: [a]", "f:3:11: found a list; expected a mapping for profiles"),
        ("al: {}", "unknown key 'al' in the settings"),
    ])
    func tellsWhatIsWrong(line: String, expected: String) {
        let found = flaws("kind: settings\nversion: 1\n\(line)\n")
        #expect(found.contains { $0.contains(expected) }, "\(found)")
    }

    @Test func theTextOfASecretIsNotInTheFlaw() {
        let found = flaws("kind: settings\nversion: 1\nall: {database_url: 'postgresql://u:geheim@h/d'}\n")
        #expect(!found.isEmpty && !found.contains { $0.contains("geheim") })
    }
}
