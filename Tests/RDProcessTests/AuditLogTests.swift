import Dispatch
import RDBytes
import RDProcess
import RDTesting
import Testing

@Suite struct AuditLogTests {
    private let folder: TemporaryFolder
    private let log: AuditLog

    init() throws {
        folder = try TemporaryFolder()
        log = AuditLog(folder.path + "/state/audit.ndjson")
    }

    private func lines() throws -> [String] {
        String(decoding: try readAll(FileSource(path: log.path)), as: UTF8.self).split(separator: "\n").map(String.init)
    }

    private func rewrite(_ lines: [String]) throws {
        try writeAtomically(Array(lines.map { $0 + "\n" }.joined().utf8), to: log.path)
    }

    @Test func eachLineFollowsFromTheOneBefore() throws {
        for code in [0, 65, 0] as [Int32] {
            try log.record(.begin, "rd-load", ["--force"])
            try log.record(.end, "rd-load", ["--force"], exitCode: code)
        }
        #expect(try log.breaks() == ([], 6))
        #expect(try lines()[3].contains(#""exit.code":65"#))
    }

    @Test func whatWasChangedOrTakenOutShows() throws {
        for index in 0..<5 { try log.record(.begin, "rd-load", ["--wait", "\(index)"]) }
        let whole = try lines()
        try rewrite(
            whole.enumerated().map { $0.offset == 2 ? $0.element.replacing("rd-load", with: "rd-db") : $0.element })
        #expect(try log.breaks().lines == [4])
        try rewrite(Array(whole[..<1] + whole[2...]))
        #expect(try log.breaks().lines == [2])
        try rewrite(Array(whole[1...]))
        #expect(try log.breaks().lines == [1])
    }

    @Test func aLineThatWasCutIsNotLostSightOf() throws {
        try log.record(.begin, "rd-load", [])
        let cut = try readAll(FileSource(path: log.path)) + Array(#"{"timestamp":"20"#.utf8)
        try writeAtomically(cut, to: log.path)
        try log.record(.begin, "rd-load", [])
        #expect(try lines().count == 3)
        #expect(try log.breaks().lines.first == 2)
    }

    @Test func linesOfManyAtOnceDoNotMix() throws {
        let log = log
        DispatchQueue.concurrentPerform(iterations: 8) { number in
            for _ in 0..<25 { try? log.record(.begin, "rd-\(number)", [String(repeating: "x", count: 3000)]) }
        }
        #expect(try log.breaks() == ([], 200))
    }

    @Test func passwordsStayOut() throws {
        try log.record(.begin, "rd-load", ["--database-url", "postgresql://u:geheim@h/d", "password=geheim"])
        #expect(try !lines().joined().contains("geheim"))
    }
}
