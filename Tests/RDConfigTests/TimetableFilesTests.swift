import Testing

@testable import RDConfig

/// Patterns that two jobs watch.
@Suite struct TimetableFilesTests {
    @Test(
        arguments: [
            ("*.csv", "*.csv", true), ("*.csv", "a*", true), ("*.csv", "*.txt", false), ("a?c", "abc", true),
            ("a?c", "abbc", false), ("[a-f]*", "[g-z]*", false), ("[!a]x", "ax", false), ("[!a]x", "bx", true),
            ("*", ".x", false), (".*", ".x", true), ("sales-*.csv", "*-2011.csv", true), ("a", "b", false),
            ("\\*", "a", false), ("\\*", "*", true), ("", "", true), ("a*b*c", "abd*c", true), ("[]]", "]", true),
        ] as [(String, String, Bool)])
    func overlaps(_ one: String, _ other: String, _ expected: Bool) throws {
        let (left, right) = (try #require(FileNamePattern(one)), try #require(FileNamePattern(other)))
        #expect(left.overlaps(right) == expected && right.overlaps(left) == expected)
    }

    @Test(arguments: ["[[:digit:]]", "[a", "[!"]) func whatIsNotUnderstood(_ text: String) {
        #expect(FileNamePattern(text) == nil)
    }

    private func flaws(_ first: String, _ second: String) -> [String] {
        let text = "jobs:\n  - {name: a, run: x, on_file: '\(first)'}\n  - {name: b, run: x, on_file: '\(second)'}\n"
        guard case .flawed(let flaws) = Configuration.compile(text, file: "/etc/t.yaml") else { return [] }
        return flaws.map(\.description)
    }

    @Test func twoJobsCannotWatchTheSameFiles() {
        #expect(
            flaws("in/*.csv", "/etc/./in/a*") == [
                "/etc/t.yaml:3:32: found '/etc/./in/a*' for b, which matches files of a (line 2), 'in/*.csv'; "
                    + "expected patterns that no file matches both of"
            ])
        #expect(flaws("/in/[[:digit:]]*", "/in/x/../[[:digit:]]*").count == 1)
        #expect(flaws("/in/*.csv", "/in/*.txt").isEmpty && flaws("/in/*.csv", "/out/*.csv").isEmpty)
    }
}
