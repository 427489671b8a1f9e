import RDSchedule
import Testing

@Suite struct TimetableTextTests {
    private func put(_ text: String, _ name: String = "new") throws -> String {
        var timetable = try TimetableText(text)
        timetable.put(name, ["at: \"02:00\"", "run: x"])
        return timetable.text
    }

    private let new = "- name: new\n    at: \"02:00\"\n    run: x\n"

    @Test func intoAnEmptyOne() throws {
        #expect(try put("version: 1\njobs:\n") == "version: 1\njobs:\n  \(new)")
        #expect(try put("jobs: [] # none yet\nslots: 2\n") == "jobs:\n  \(new)slots: 2\n")
    }

    @Test func intoOneThatHasNoJobsYet() throws {
        #expect(try put("") == "jobs:\n  \(new)")
        #expect(try put("# a\n\n  # b\n") == "# a\n\n  # b\njobs:\n  \(new)")
        #expect(try put("---\nversion: 1\nenv:\n  A: b") == "---\nversion: 1\nenv:\n  A: b\njobs:\n  \(new)")
    }

    @Test func lineEndsStay() throws {
        let text = "version: 1\r\njobs: # all\r\n  - name: old\r\n    run: y\r\n\r\n# e\r\nslots: 2\r\n"
        let written = try put(text)
        #expect(written.utf8.count { $0 == 0x0A } == 11 && written.utf8.count { $0 == 0x0D } == 11)
        #expect(written.contains("run: y\r\n\r\n  - name: new\r\n    at: \"02:00\"\r\n    run: x\r\n\r\n# e\r\n"))
        let mixed = try put("version: 1\njobs:\r\n  - {name: a, run: b}\r\n")
        #expect(mixed == "version: 1\njobs:\r\n  - {name: a, run: b}\r\n\n  \(new)")
        #expect(try put("\u{FEFF}jobs:\n").hasPrefix("\u{FEFF}jobs:\n  - name: new\n"))
        #expect(try put("\u{FEFF}version: 1\r\njobs:\r\n").hasPrefix("\u{FEFF}version: 1\r\njobs:\r\n  - name"))
    }

    @Test func commentsStay() throws {
        let text = "# a\njobs:\n  # b\n  - name: old # c\n    run: y\n    # d\n\n# e\nslots: 2 # f\n"
        let expected = "# a\njobs:\n  # b\n  - name: old # c\n    run: y\n    # d\n\n  \(new)\n# e\nslots: 2 # f\n"
        #expect(try put(text) == expected)
    }

    @Test func inThePlaceOfTheOld() throws {
        let text =
            "jobs:\n  - name: a\n    run: y\n  # of new\n  - name: 'new'\n    run: y\n    # in\n\n  # of b\n  - {name: b, run: z}\n"
        let expected =
            "jobs:\n  - name: a\n    run: y\n  # of new\n  \(new)    # in\n\n  # of b\n  - {name: b, run: z}\n"
        #expect(try put(text) == expected)
        #expect(try put("jobs:\n- {name: new, run: z}\n") == "jobs:\n- name: new\n  at: \"02:00\"\n  run: x\n")
        #expect(try put("jobs:\n- run: z\n  name: \"new\"\n") == "jobs:\n- name: new\n  at: \"02:00\"\n  run: x\n")
    }

    @Test(arguments: [
        "{version: 1}\n", "jobs: [{name: a, run: b}]\n", "  jobs:\n", "\"jobs\":\n", "jobs:\n  a: {run: b}\n",
    ])
    func whatCannotBeExtended(text: String) { #expect(throws: ScheduleFlaw.self) { try TimetableText(text) } }

    @Test(arguments: [("/a/b.csv", "/a/b.csv"), ("a b", "'a b'"), ("it's", "'it'\\''s'"), ("", "''"), ("$x", "'$x'")])
    func shellWords(text: String, expected: String) { #expect(shellWord(text) == expected) }

    @Test(arguments: [("a | b", "a | b"), ("a: b", "'a: b'"), ("it's", "'it''s'"), ("yes", "'yes'"), ("5", "'5'")])
    func yamlTexts(text: String, expected: String) { #expect(yamlText(text) == expected) }
}
