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
        ("echo 'postgresql://u:hunter2@h/db' | cat", "echo 'postgresql://u:***@h/db' | cat"),
        ("https://h/x?token=abc&n=1#top", "https://h/x?***"), ("db://h/x?token=abc&n=1", "db://h/x?token=***&n=1"),
        ("curl \"https://h/?X-Amz-Signature=ab&key=cd\"|cat", "curl \"https://h/?***\"|cat"),
        ("PGPASSWORD=hunter2 psql", "PGPASSWORD=*** psql"), ("API_KEY=\"a b\" x", "API_KEY=*** x"),
        ("rd-clean --key=customer_id --token abc x", "rd-clean --key=customer_id --token *** x"),
        ("ALTER ROLE r PASSWORD 'it''s'", "ALTER ROLE r PASSWORD ***"), ("accessToken=", "accessToken=***"),
        ("RD_DATABASE_URL_FILE=x --token-file=y tokens=3", "RD_DATABASE_URL_FILE=x --token-file=y tokens=3"),
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
