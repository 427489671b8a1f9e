import RDBytes
import Testing

@Suite struct SecretsTests {
    @Test(arguments: [
        ("postgresql://u:geheim@host/db", "postgresql://u:***@host/db"),
        ("--database-url=postgres://u:p@ss:w@host:5432/db?x=1", "--database-url=postgres://u:***@host:5432/db?x=1"),
        (
            "postgresql://host/db?user=u&password=geheim&sslmode=require",
            "postgresql://host/db?user=u&password=***&sslmode=require"
        ),
        ("host=h password=geheim user=u", "host=h password=*** user=u"),
        ("PASSWORD = 'ge\\'he im' user=u", "PASSWORD = *** user=u"),
        ("password='open", "password=***"), ("é password=x", "é password=***"), ("password", "password"),
        ("postgresql://u@host/db", "postgresql://u@host/db"), ("a://b c://d:e@f", "a://b c://d:***@f"),
        ("plain", "plain"), ("http://host:80/a/b#c", "http://host:80/a/b#c"),
        ("--openlineage=https://token@host/api?code=geheim&x=1", "--openlineage=https://***@host/api?***"),
        ("at HTTP://u:p@h?a and http://h/?b=c then", "at HTTP://***@h?*** and http://h/?*** then"),
        ("password=a password=b", "password=*** password=***"), ("passwordless=1", "passwordless=1"),
    ])
    func hidesPasswords(_ text: String, _ expected: String) {
        #expect(Secrets.hidden(text) == expected)
    }

    @Test func knowsSecretsByName() {
        #expect(["password", "api-key", "slack_webhook", "RD_TOKEN"].allSatisfy(Secrets.isSecret))
        #expect(
            !["database_url_file", "rd-clean.key", "keyboard", "token_env", "schema"].contains(where: Secrets.isSecret))
    }
}
