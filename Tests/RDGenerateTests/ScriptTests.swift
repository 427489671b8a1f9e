import Foundation
import RDBytes
import RDGenerate
import Testing

/// The truth against count_truth.py, which shares nothing with the suite.
struct ScriptTests {
    private static let script = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "count_truth.py")
    private static let hasPython = ["/usr/bin/python3", "/usr/local/bin/python3"].contains(
        where: FileManager.default.isExecutableFile)

    @Test(.enabled(if: hasPython, "python3 is not installed"), arguments: [UInt64(1), 17, 4711])
    func theScriptCountsTheSame(seed: UInt64) throws {
        let made = try Made(rows: 20_000, seed: seed) {
            $0.badRowRate = 10_000
            $0.unsortedRate = 50_000
        }
        #expect(try count(made.bytes) == made.truth.json.text)
    }

    @Test(.enabled(if: hasPython, "python3 is not installed"))
    func theScriptCountsTheSameInAnotherForm() throws {
        let made = try Made(rows: 10_000, seed: 8) {
            $0.encoding = .utf16BE
            $0.dates = .iso
            $0.delimiter = UInt8(ascii: "|")
            $0.hasCustomerSuffix = true
            $0.quotedNewlineRate = 20_000
        }
        let options = ["--encoding", "utf-16", "--dates", "iso", "--delimiter", "|"]
        #expect(try count(made.bytes, options) == made.truth.json.text)
    }

    private func count(_ bytes: [UInt8], _ options: [String] = []) throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rd-gen-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "made.csv")
        try Data(bytes).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", Self.script.path()] + options
        process.standardInput = try FileHandle(forReadingFrom: file)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
