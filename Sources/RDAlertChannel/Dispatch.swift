public import RDAlert
public import RDAlertStore
import RDBytes

/// Tells channels what they should know. A channel that cannot be told harms no other and nobody who raises alerts: it is
/// an alert of its own, which the other channels are told, and it is tried again at the next look.
public struct Dispatch {
    private let channels: [ChannelSettings]
    private let secrets: KnownSecrets
    private let surroundings: Surroundings
    private let log: ([AlertNotice]) -> Void
    /// Notices that a channel gets in one look; more wait for the next.
    private static let mostNotices = 50

    /// Tells `channels`.
    /// - Parameters:
    ///   - secrets: what no failure may quote.
    ///   - log: gets what happens to the alerts of the channels themselves.
    public init(
        _ channels: [ChannelSettings], hiding secrets: KnownSecrets, _ surroundings: Surroundings,
        log: @escaping ([AlertNotice]) -> Void
    ) {
        self.channels = channels
        self.secrets = secrets
        self.surroundings = surroundings
        self.log = log
    }

    /// What became of telling.
    public struct Report: Sendable {
        /// Notices that were told, with the channel.
        public var told: [(channel: String, notice: AlertNotice)] = []
        /// Channels that could not be told, and why.
        public var failures: [(channel: String, reason: String)] = []
        /// Notices that wait for the next look.
        public var waiting = 0

        /// Nobody was told.
        public init() {}
    }

    /// Tells every channel what it should know by what the warehouse keeps.
    public func tellAll(_ store: AlertStore) throws -> Report {
        var report = Report()
        // The second time for what the first has found out about the channels.
        for _ in 0..<2 {
            for channel in channels where !report.failures.contains(where: { $0.channel == channel.name }) {
                try tell(channel, store, &report)
            }
        }
        return report
    }

    private func tell(_ channel: ChannelSettings, _ store: AlertStore, _ report: inout Report) throws {
        let own = Alert.fingerprint(
            .jobFailure, job: AlertSubject.ownJob, subject: AlertSubject.channel(channel.name))
        let notices = try store.claim(
            channel, seconds: channel.longest * Self.mostNotices + 60, ownAlert: own, limit: Self.mostNotices)
        var failure: DeliveryFailure?
        for notice in notices {
            guard failure == nil else {
                try store.failed(notice, to: channel, error: nil)
                report.waiting += 1
                continue
            }
            do throws(DeliveryFailure) {
                try channel.tell(notice, hiding: secrets, surroundings)
            } catch {
                failure = error
            }
            if let failure {
                try store.failed(notice, to: channel, error: failure.reason)
                report.waiting += 1
            } else {
                try store.delivered(notice, to: channel)
                report.told.append((channel.name, notice))
            }
        }
        if let failure {
            report.failures.append((channel.name, failure.reason))
            try note(failure, of: channel, store)
        } else if !notices.isEmpty {
            try noteSuccess(of: channel, store)
        }
    }

    private func note(_ failure: DeliveryFailure, of channel: ChannelSettings, _ store: AlertStore) throws {
        log([try store.raise(channelAlert(channel, failure)).notice])
    }

    /// Ends the alert of a channel that works.
    public func noteSuccess(of channel: ChannelSettings, _ store: AlertStore) throws {
        let own = Alert.fingerprint(
            .jobFailure, job: AlertSubject.ownJob, subject: AlertSubject.channel(channel.name))
        if let record = try store.settle(own, at: surroundings.now(), note: "it can be told again") {
            log([AlertNotice(.resolved, record)])
        }
    }

    private func channelAlert(_ channel: ChannelSettings, _ failure: DeliveryFailure) -> Alert {
        Alert(
            .jobFailure, .warning, job: AlertSubject.ownJob, subject: AlertSubject.channel(channel.name),
            message: "the channel \(channel.name) cannot be told: \(failure.reason)", occurredAt: surroundings.now())
    }

    /// Tells the channels that take it one notice, where there is no warehouse to remember what they know.
    /// - Parameter known: channels that know already.
    public func tell(_ notice: AlertNotice, except known: Set<String>) -> Report {
        var report = Report()
        for channel in channels where channel.takes(notice.record.alert) && !known.contains(channel.name) {
            do throws(DeliveryFailure) {
                try channel.tell(notice, hiding: secrets, surroundings)
                report.told.append((channel.name, notice))
            } catch {
                report.failures.append((channel.name, error.reason))
                log([AlertNotice(.opened, AlertRecord(channelAlert(channel, error)))])
            }
        }
        return report
    }
}
