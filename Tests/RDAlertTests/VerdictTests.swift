import RDAlert
import Testing

@Suite struct VerdictTests {
    private let settings = AlertSettings()

    private func pace(_ seconds: Double, rows: Int = 1000) -> RunPace {
        RunPace(milliseconds: Int(seconds * 1000), rows: rows)
    }

    @Test func fewRunsSayNothing() {
        #expect(SlowVerdict(pace(900), before: [pace(1), pace(1)], fixed: nil, settings.slow) == .learning)
        #expect(SlowVerdict(pace(900), before: [], fixed: 60, settings.slow) == .slow(limit: 60_000, median: nil))
    }

    @Test func aRunIsSlowByAllThreeMeasures() {
        let usual = [60, 61, 62, 60, 59, 61].map { pace($0) }
        #expect(SlowVerdict(pace(69), before: usual, fixed: nil, settings.slow) == .usual)
        #expect(SlowVerdict(pace(89), before: usual, fixed: nil, settings.slow) == .usual)
        guard case .slow(let limit, let median) = SlowVerdict(pace(120), before: usual, fixed: nil, settings.slow)
        else { return #expect(Bool(false), "twice as long is slow") }
        #expect(limit == 90_750)
        #expect(median == 60_500)
        // Twice the rows may take twice as long.
        #expect(SlowVerdict(pace(120, rows: 2000), before: usual, fixed: nil, settings.slow) == .usual)
        // Of very short runs ten times as long is nothing.
        #expect(SlowVerdict(pace(1), before: usual.map { _ in pace(0.1) }, fixed: nil, settings.slow) == .usual)
    }

    @Test func aRunIsMissedWhereRunsAreRegular() {
        let hour: Int64 = 3_600_000
        let regular = (0..<8).map { Int64($0) * hour }
        func verdict(_ began: [Int64], _ now: Int64, _ fixed: Int? = nil) -> MissedVerdict {
            MissedVerdict(began, usualDuration: 60_000, now: now, fixed: fixed, settings.missed)
        }
        #expect(verdict(regular, 8 * hour) == .expected)
        #expect(verdict(regular, 10 * hour) == .missed(limit: 5_400_000))
        #expect(verdict(regular, 10 * hour, 0) == .learning)
        #expect(verdict(regular, 8 * hour, 600) == .missed(limit: 600_000))
        #expect(verdict([0, 1, 2, 3, 4, 5, 6, 7].map { $0 * 60_000 }, 9 * hour) == .learning)
        #expect(verdict([0, hour, 9 * hour, 10 * hour, 40 * hour, 41 * hour, 90 * hour], 900 * hour) == .learning)
        #expect(verdict([], 0) == .learning)
    }

    @Test func theVerdictsOfARunAreOneTroubleANumber() {
        func verdict(_ number: String, _ method: String, _ isAnomaly: Bool) -> RunVerdict {
            RunVerdict(
                run: "r", job: "j", source: "f#.csv", number: number, method: method, isAnomaly: isAnomaly, value: "12",
                low: "20", high: "30", ended: 5)
        }
        let findings = RunVerdict.findings([
            verdict("rows", "robust_z", true), verdict("rows", "ewma", false), verdict("rows", "weekday", true),
            verdict("money", "robust_z", false),
        ])
        guard findings.count == 2, case .raise(let alert) = findings[0] else {
            return #expect(Bool(false), "\(findings)")
        }
        #expect(alert.message == "rows of f#.csv is 12; 20 to 30 was expected (robust_z, weekday)")
        #expect(alert.threshold == "20")
        #expect(findings[1] == .settle(.anomaly, job: "j", subject: "money of f#.csv", note: "as expected in run r"))
    }

    @Test func secretsAreHiddenWithTheirParts() {
        var secrets = KnownSecrets()
        secrets.add("https://user:geheim99@hooks.example.org/services/T000/abcdefgh?key=zyxwvut")
        secrets.add("Bearer 0123456789")
        #expect(
            secrets.hidden(in: "geheim99 abcdefgh zyxwvut 0123456789 hooks.example.org")
                == "*** *** *** *** hooks.example.org")
        #expect(KnownSecrets.masked(url: "https://u:p@h.org:8/secret") == "https://h.org:8/***")
        #expect(KnownSecrets.masked(url: "secret") == "***")
        let said = "cannot reach <https://h.org:8/x?key=y> nor ftp://u:p@h, sorry"
        #expect(KnownSecrets.maskedURLs(in: said) == "cannot reach <https://h.org:8/***> nor ftp://h,/*** sorry")
    }
}
