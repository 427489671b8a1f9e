import RDAlert
import RDBytes

/// A program that gets the notice as one line of JSON on its standard input.
struct CommandChannel: Channel {
    let words: [String]
    let timeout: Int
    let secrets: KnownSecrets

    func tell(_ notice: AlertNotice) throws(DeliveryFailure) {
        guard let name = words.first else { throw DeliveryFailure("the command is empty") }
        let program = TimedProgram(
            name: name, arguments: Array(words.dropFirst()), timeout: timeout, secrets: secrets)
        try program.run(notice.json.text + "\n")
    }
}

/// Mail through a program that takes what sendmail takes: recipients are those of the headers (`-t`), and a line with a
/// point alone is text (`-i`).
struct MailChannel: Channel {
    let from: String
    let to: [String]
    let sendmail: String
    let timeout: Int
    let secrets: KnownSecrets
    let surroundings: Surroundings

    func tell(_ notice: AlertNotice) throws(DeliveryFailure) {
        let message = MailMessage(
            notice, from: from, to: to, now: surroundings.now(), unique: surroundings.unique())
        let program = TimedProgram(
            name: sendmail, arguments: ["-t", "-i"], timeout: timeout, secrets: secrets)
        try program.run(message.text)
    }
}
