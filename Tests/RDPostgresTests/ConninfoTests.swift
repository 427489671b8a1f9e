import RDPostgres
import Testing

@Suite struct ConninfoTests {
    @Test func passwordsAreFoundInBothForms() {
        #expect(Conninfo.password(in: "postgresql://me:se%20cret@host/db") == "se cret")
        #expect(Conninfo.password(in: "host=x password='se cret'") == "se cret")
        #expect(Conninfo.password(in: "postgresql:///db?password=abc") == "abc")
        #expect(Conninfo.password(in: "postgresql://me@host/db") == nil)
        #expect(Conninfo.password(in: "") == nil && Conninfo.password(in: "retail") == nil)
    }

    @Test func redactionKeepsTheRest() {
        #expect(Conninfo.redacted("postgresql://me@host/db") == "postgresql://me@host/db")
        #expect(Conninfo.redacted("postgresql://me:abc@host/db") == "dbname='db' host='host' user='me'")
        #expect(!Conninfo.redacted("host=x password=abc'").contains("abc"))
    }

    @Test(arguments: ["plain", "", "it's", #"back\slash"#, "two words", "Grüße"])
    func quotedValuesParseToThemselves(_ value: String) {
        let options = Conninfo.options("host=\(Conninfo.quoted(value)) user=me")
        #expect(options?["host"] ?? "" == value && options?["user"] == "me")
    }
}
