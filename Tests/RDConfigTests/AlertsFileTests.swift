import RDConfig
import Testing

@Suite struct AlertsFileTests {
    private func flaws(_ lines: String) -> [String] {
        guard case .flawed(let flaws) = Configuration.compile("kind: alerts\nversion: 1\n" + lines, file: "f") else {
            return []
        }
        return flaws.map(\.description)
    }

    @Test(arguments: [
        ("channel: [1]", "f:3:1: unknown key 'channel' in the alerts"),
        ("watch: {look_back: 3x}", "f:3:20: found '3x'; expected a span of time"),
        ("watch: {slow: {runs: 1}}", "expected"),
        ("watch: {slow: {least_runs: 30}}", "f:3:28: found 30 for least_runs; expected at most runs, which is 20"),
        ("watch: {slow: {factor: 0.5}}", "expected a factor from 1 to 100"),
        ("jobs: [{job: a}, {job: a}]", "the job 'a' stands twice"),
        ("channels: [{channel: a, type: fax}]", "found 'fax'; expected one of command, mail, slack, webhook"),
        ("channels: [{channel: a, type: command}]", "lacks 'command'"),
        ("channels: [{channel: a, type: command, command: []}]", "found no words"),
        ("channels: [{channel: a, type: mail, from: x, to: [a@b]}]", "found 'x'; expected an address"),
        ("channels: [{channel: a, type: mail, from: a@b, to: []}]", "found nobody"),
        ("channels: [{channel: a, type: mail, from: a@b, to: ['a@b, c@d']}]", "expected an address"),
        ("channels: [{channel: a, type: slack}]", "expected either url_env or url_file"),
        ("channels: [{channel: a, type: slack, url_env: A, url_file: B}]", "expected either url_env or url_file"),
        (
            "channels: [{channel: a, type: webhook, url_env: A, severity: bad}]",
            "expected one of info, warning, critical"
        ),
        ("channels: [{channel: a, type: webhook, url_env: A, kinds: [x]}]", "expected one of quality_violation"),
        ("channels: [{channel: a, type: webhook, url_env: A, timeout: 1h}]", "at most 300 s"),
        ("channels: [{channel: a, type: webhook, url_env: A, attempts: 0}]", "expected"),
        (
            "channels: [{channel: a, type: webhook, url_env: A, headers: [{name: 'A: b', value_env: C}]}]",
            "the name of a header"
        ),
    ])
    func eachFlawIsNamedWithItsPlace(_ lines: String, _ words: String) {
        let found = flaws(lines)
        #expect(found.contains { $0.contains(words) }, "\(found)")
    }

    /// A secret that was put where its place should be named is not repeated.
    @Test(arguments: [
        "channels: [{channel: a, type: slack, url: 'https://hooks.example.org/geheim'}]",
        "channels: [{channel: a, type: slack, url_env: 'https://hooks.example.org/geheim'}]",
    ])
    func secretsAreNotQuoted(_ lines: String) {
        let found = flaws(lines)
        #expect(found.count == 1)
        #expect(!found.joined().contains("geheim"))
    }
}
