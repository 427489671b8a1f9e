import RDBytes
import RDSchedule
import Testing

@Suite struct RetryTests {
    private func retry(_ json: JSONValue) throws -> Retry {
        let job: JSONValue = ["name": "a", "run": "b", "retry": json]
        return try Job(job, zone: .utc).retry
    }

    @Test func waitsGrowUpToTheCap() throws {
        let retry = try retry(["limit": 6, "first": 30, "factor": 2, "cap": 300, "jitter": 0])
        let waits = (1...7).map { retry.wait(after: $0, reason: .exit(75), chance: 0.5) }
        #expect(waits == [30, 60, 120, 240, 300, 300, nil])
    }

    @Test func jitterStaysWithinItsShare() throws {
        let retry = try retry(["limit": 1, "first": 100, "jitter": 20])
        let waits = [0, 0.25, 0.5, 1].map { retry.wait(after: 1, reason: .exit(69), chance: $0) }
        #expect(waits == [80, 90, 100, 120])
    }

    @Test func onlyWhatMayGoWellAnotherTime() throws {
        let usual = try retry(["limit": 1])
        for reason in [Retry.Reason.exit(65), .exit(1), .signal, .timeout, .lost] {
            #expect(usual.wait(after: 1, reason: reason, chance: 0.5) == nil)
        }
        let all = try retry(["limit": 1, "on": ["any"]])
        #expect(all.wait(after: 1, reason: .signal, chance: 0.5) == 30)
        let some = try retry(["limit": 1, "on": ["1", "timeout"]])
        #expect(some.wait(after: 1, reason: .timeout, chance: 0.5) == 30)
        #expect(some.wait(after: 1, reason: .exit(75), chance: 0.5) == nil)
    }

    @Test func aFactorThatWouldOverflowStopsAtTheCap() throws {
        let retry = try retry(["limit": 100, "first": 1, "factor": 100, "cap": 31_536_000, "jitter": 0])
        #expect(retry.wait(after: 100, reason: .exit(75), chance: 0.5) == 31_536_000)
    }

    @Test(arguments: ["0", "256", "07", "-1", "", "Signal", "x"])
    func noReasons(text: String) { #expect(Retry.Reason(text) == nil) }
}
