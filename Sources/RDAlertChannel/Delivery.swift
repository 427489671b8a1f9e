public import RDAlert
import RDBytes

/// Why a channel could not be told. The text has no secret in it.
public struct DeliveryFailure: Error, Equatable {
    /// What happened, in one line.
    public let reason: String
    /// Whether another attempt may go better.
    public let mayPass: Bool
    /// Seconds that the other side asks to wait.
    public let wait: Int?

    /// A failure.
    public init(_ reason: String, mayPass: Bool = false, wait: Int? = nil) {
        self.reason = reason
        self.mayPass = mayPass
        self.wait = wait
    }
}

/// Someone or something that can be told, made of its settings.
public protocol Channel {
    /// Tells it once.
    func tell(_ notice: AlertNotice) throws(DeliveryFailure)
}

/// What the channels need of the process.
public struct Surroundings: Sendable {
    /// A variable of the environment.
    public var environment: @Sendable (String) -> String?
    /// Milliseconds since 1970.
    public var now: @Sendable () -> Int64
    /// Waits so many milliseconds.
    public var pause: @Sendable (Int) -> Void
    /// A text that no other call gives.
    public var unique: @Sendable () -> String

    /// The surroundings of a process, or of a test.
    public init(
        environment: @escaping @Sendable (String) -> String?, now: @escaping @Sendable () -> Int64,
        pause: @escaping @Sendable (Int) -> Void, unique: @escaping @Sendable () -> String
    ) {
        self.environment = environment
        self.now = now
        self.pause = pause
        self.unique = unique
    }
}

extension ChannelSettings {
    /// Tells the channel, as often as it takes and its settings allow; throws the last failure. What others say is
    /// quoted in it without `secrets`, which are those of all channels.
    public func tell(
        _ notice: AlertNotice, hiding secrets: KnownSecrets, _ surroundings: Surroundings
    ) throws(DeliveryFailure) {
        let channel = try open(secrets, surroundings)
        var attempt = 1
        while true {
            do throws(DeliveryFailure) {
                return try channel.tell(notice)
            } catch {
                guard error.mayPass, attempt < attempts else {
                    let times = attempt > 1 ? ", \(attempt) times" : ""
                    throw DeliveryFailure(error.reason + times, mayPass: error.mayPass)
                }
                attempt += 1
                surroundings.pause(1000 * max(wait(before: attempt), min(error.wait ?? 0, 60)))
            }
        }
    }

    /// The channel, with its secrets at hand.
    private func open(
        _ secrets: KnownSecrets, _ surroundings: Surroundings
    ) throws(DeliveryFailure) -> any Channel {
        switch form {
        case .command(let words): return CommandChannel(words: words, timeout: timeout, secrets: secrets)
        case .mail(let from, let to, let sendmail):
            return MailChannel(
                from: from, to: to, sendmail: sendmail, timeout: timeout, secrets: secrets, surroundings: surroundings)
        case .slack(let endpoint):
            return try WebhookChannel(endpoint, timeout: timeout, secrets, surroundings) { $0.slack }
        case .webhook(let endpoint):
            return try WebhookChannel(endpoint, timeout: timeout, secrets, surroundings) { $0.json }
        }
    }
}
