import RDAlert
import RDBytes
import Testing

@Suite struct AlertTests {
    private func parse(_ text: String) throws -> Alert {
        try Alert(JSONValue(parsing: text), job: "ours", now: 1_000)
    }

    @Test func whatIsLeftOutHasADefault() throws {
        let alert = try parse(#"{"kind":"job_failure","subject":"backup"}"#)
        #expect(alert.severity == .warning)
        #expect(alert.job == "ours")
        #expect(alert.message == "job failure: backup")
        #expect(alert.occurredAt == 1_000)
    }

    @Test func whatIsWrittenIsReadBack() throws {
        let text = """
            {"kind":"anomaly","severity":"critical","job":"j","subject":"s","message":"m","value":1.50,"threshold":-2,\
            "run":"0193f3c1-7d2e-7c3a-9f00-5a1b2c3d4e5f","stage":"load","occurred_at":"2026-11-23T12:00:00.250+01:00"}
            """
        let alert = try parse(text)
        #expect(alert.value == "1.50")
        #expect(alert.occurredAt == 1_795_431_600_250)
        #expect(try Alert(alert.json, job: "", now: 0) == alert)
    }

    @Test(arguments: [
        (#"[]"#, "an alert must be a JSON object"),
        (#"{"subject":"s"}"#, "an alert lacks 'kind'"),
        (#"{"kind":"job_failure"}"#, "an alert lacks 'subject'"),
        (#"{"kind":"jobfailure","subject":"s"}"#, "expected one of quality_violation, anomaly"),
        (#"{"kind":"anomaly","subject":"s","severity":2}"#, "expected one of info, warning, critical"),
        (#"{"kind":"anomaly","subject":7}"#, "'subject' of an alert is 7; expected a text"),
        (#"{"kind":"anomaly","subject":"s","value":"7"}"#, "expected a number"),
        (#"{"kind":"anomaly","subject":"s","value":1e999999}"#, "with an exponent from -100 to 100"),
        (#"{"kind":"anomaly","subject":"s","threshold":1E-101}"#, "with an exponent from -100 to 100"),
        (#"{"kind":"anomaly","subject":"s","value":1e99999999999999999999}"#, "with an exponent from -100 to 100"),
        (
            #"{"kind":"anomaly","subject":"s","value":12345678901234567890123456789012345678901}"#,
            "of at most 40 characters"
        ),
        (#"{"kind":"anomaly","subject":"s","run":"7"}"#, "expected a UUID"),
        (#"{"kind":"anomaly","subject":"s","occurred_at":"today"}"#, "expected 2026-11-23T12:00:00Z"),
        (#"{"kind":"anomaly","subject":"s","colour":"red"}"#, "no member 'colour'"),
    ])
    func whatIsWrongIsNamed(_ text: String, _ words: String) throws {
        let error = #expect(throws: RDError.self) { try parse(text) }
        #expect(error?.exitCode == .data)
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
    }

    @Test func aTroubleIsTheSameWhateverItsNumbers() {
        func print(_ job: String, _ subject: String) -> String {
            Alert.fingerprint(.anomaly, job: job, subject: subject)
        }
        #expect(print("a", "b") == print("a", "b"))
        // Joined without marks these would be one.
        #expect(Set([print("a", "b"), print("ab", ""), print("", "ab"), print("a\",\"b", "")]).count == 4)
        #expect(print("a", "b").utf8.count == 16)
    }

    @Test func controlCharactersDoNotPass() throws {
        let alert = try parse(#"{"kind":"anomaly","subject":"a\u0000b","message":"x\r\nBcc: y\u2028z\u001b[31m"}"#)
        #expect(alert.subject == "a b")
        #expect(alert.message == "x  Bcc: y z [31m")
    }
}
