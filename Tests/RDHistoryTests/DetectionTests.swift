import Glibc
import RDHistory
import Testing

@Suite struct DetectionTests {
    private static let table = DetectionTable()

    @Test func theTableOfThePageIsWhatIsMeasured() throws {
        let path = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/docs/quality.md"
        let page = try read(path)
        let begin = try #require(page.range(of: "<!-- detection table"))
        let start = try #require(page[begin.upperBound...].range(of: "-->\n")).upperBound
        let end = try #require(page[start...].range(of: "<!-- end -->")).lowerBound
        let measured = Self.table.markdown
        print(measured)
        if getenv("RD_REWRITE") != nil {
            let text = page[..<start] + measured + page[end...]
            let file = try #require(fopen(path, "w"))
            fputs(String(text), file)
            fclose(file)
        } else {
            #expect(page[start..<end] == measured, "run with RD_REWRITE=1, and look at what changed")
        }
    }

    @Test(arguments: [
        ("score 12 % lower, once", 50), ("score drifts 0.1 points a run", 50), ("rows: half are missing, once", 50),
        ("rows: loaded twice, once", 50), ("rows: a bank holiday (a Monday like a Sunday)", 48),
        ("money: one invoice of a whole day's sales", 48), ("rejects: three times as many, once", 48),
        ("duration: twice as long, once", 50), ("duration drifts 1 % a run", 50),
    ])
    func plantedFaultsAreFound(name: String, atLeast: Int) throws {
        let fault = try #require(Fault.all.first { $0.name == name })
        #expect(Self.table.detection(of: fault).any >= atLeast)
    }

    @Test(arguments: NumberKind.allCases) func cleanHistoriesRaiseFewAlarms(kind: NumberKind) {
        let found = Self.table.falseAlarms(kind)
        #expect(found.judged > 2500)
        #expect(found.any * 1000 <= found.judged * 15, "\(found)")
    }

    private func read(_ path: String) throws -> String {
        let file = try #require(fopen(path, "r"))
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension StringProtocol {
    /// The first place of `part`.
    func range(of part: String) -> Range<Index>? { self.firstRange(of: part) }
}
