import RDAlert
import RDBytes
import RDTesting
import Testing

@Suite struct MailMessageTests {
    private func mail(_ message: String, _ event: AlertEvent = .opened) -> String {
        let alert = Alert(.jobFailure, .critical, job: "j", subject: "s", message: message, occurredAt: 0)
        return MailMessage(
            AlertNotice(event, AlertRecord(alert, id: 3)), from: "rd@example.org",
            to: ["a@example.org", "b@example.org"],
            now: 1_795_431_600_250, unique: "u"
        ).text
    }

    @Test func itIsAMessageOfItsStandard() {
        let text = mail("disk is full")
        #expect(
            text.hasPrefix(
                "From: rd@example.org\nTo: a@example.org,\n b@example.org\nSubject: [critical] j: disk is full\n"))
        #expect(text.contains("\nDate: Mon, 23 Nov 2026 11:00:00 +0000\n"))
        #expect(text.contains("\nContent-Transfer-Encoding: base64\n\n"))
    }

    @Test func aResolutionAnswersTheFirstMail() {
        let first = mail("m").split(separator: "\n").first { $0.hasPrefix("Message-ID: ") }?.dropFirst(12) ?? ""
        #expect(mail("m", .resolved).contains("In-Reply-To: \(first)\n"))
    }

    /// Whatever the alert says, the headers are these and no more, and no line is too long.
    @Test func noTextMakesAHeader() {
        var random = SeededRandom(7)
        let pieces = [
            "\n", "\r\n", "Bcc: x@y", "=?utf-8?B?", "?=", "é", "😀", ":", " ", "a", "\u{0}", "\u{85}", "\u{2028}",
        ]
        for _ in 0..<500 {
            let message = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            let head = mail(message).utf8.split(separator: 0x0A, omittingEmptySubsequences: false)
                .prefix { !$0.isEmpty }.map { String($0) ?? "" }
            let names = head.filter { !$0.hasPrefix(" ") }.map { String($0.prefix { $0 != ":" }) }
            #expect(
                names == [
                    "From", "To", "Subject", "Date", "Message-ID", "Importance", "Auto-Submitted", "MIME-Version",
                    "Content-Type", "Content-Transfer-Encoding",
                ])
            #expect(head.allSatisfy { $0.utf8.count <= 78 && $0.utf8.allSatisfy { (0x20...0x7E).contains($0) } })
        }
    }
}
