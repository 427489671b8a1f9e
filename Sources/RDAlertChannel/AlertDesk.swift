public import RDAlert
public import RDAlertStore
import RDBytes
import RDPostgres

/// Takes alerts in: into the log, into the warehouse, and to the channels.
public struct AlertDesk {
    /// Whom it tells, and what it watches.
    public let settings: AlertSettings
    private let log: AlertLog
    private let spool: Spool
    private let surroundings: Surroundings
    private let complain: (String) -> Void
    /// The secrets of all channels, which no text that the desk gives may quote.
    public let secrets: KnownSecrets
    /// Without a warehouse, the same channel is told of the same trouble once in so many milliseconds.
    private static let quietTime: Int64 = 3_600_000

    /// A desk.
    /// - Parameters:
    ///   - state: the state folder, for the log where the settings name none and for what no warehouse could keep.
    ///   - complain: told what went wrong besides, in one line.
    public init(
        _ settings: AlertSettings, state: String, _ surroundings: Surroundings, complain: @escaping (String) -> Void
    ) {
        self.settings = settings
        secrets = KnownSecrets(of: settings.channels, surroundings)
        self.surroundings = surroundings
        self.complain = complain
        let path = settings.log ?? "alerts.ndjson"
        log = AlertLog(path: path.hasPrefix("/") ? path : "\(state)/\(path)")
        spool = Spool(path: "\(state)/alerts.spool")
    }

    /// Appends to the log; a log that cannot be written is said and harms nothing else.
    public func note(_ notices: [AlertNotice]) {
        do {
            try log.append(notices, at: surroundings.now())
        } catch {
            complain("the alert log: \(error)")
        }
    }

    /// Writes alerts into the log as they came, to be done before a database is asked: whatever becomes of that, they stand
    /// there.
    public func noteRaised(_ alerts: [Alert]) { note(alerts.map { AlertNotice(.raised, AlertRecord($0)) }) }

    /// The dispatch to the channels; nobody where `isSending` is false.
    public func dispatch(isSending: Bool = true) -> Dispatch {
        Dispatch(isSending ? settings.channels : [], hiding: secrets, surroundings, log: note)
    }

    /// Takes alerts into the warehouse, with what no warehouse could keep before.
    public func raise(_ alerts: [Alert], _ store: AlertStore) throws -> [AlertNotice] {
        try replay(store)
        return try alerts.map { alert in
            let notice = try store.raise(alert).notice
            note([notice])
            return notice
        }
    }

    /// Brings into the warehouse what came while there was none. An alert that the warehouse does not take is set aside
    /// and said, and keeps no other back; so is a spool that cannot be read, which is left alone.
    public func replay(_ store: AlertStore) throws {
        do {
            try spool.replay(complain: complain) { entries, setAside in
                try store.transaction {
                    for entry in entries {
                        do {
                            try store.savepoint { try take(entry, store) }
                        } catch let error as PostgresError where error.exitCode == .data {
                            try setAside(entry, error.message)
                        }
                    }
                }
            }
        } catch let error as PostgresError {
            throw error
        } catch {
            complain("alerts that no warehouse could keep: \(error)")
        }
    }

    private func take(_ entry: Spool.Entry, _ store: AlertStore) throws {
        let raised = try store.raise(entry.alert)
        for channel in settings.channels where entry.told.contains(channel.name) {
            try store.delivered(AlertNotice(.opened, raised.record), to: channel)
        }
    }

    /// Takes an alert in without a warehouse: it is in the log, channels that were not told lately are, and the next
    /// command that has a warehouse brings it there.
    public func raiseWithoutWarehouse(_ alert: Alert, isSending: Bool = true) -> (AlertNotice, Dispatch.Report) {
        let notice = AlertNotice(.opened, AlertRecord(alert))
        note([notice])
        var report = Dispatch.Report()
        do {
            let known = try spool.told(alert.fingerprint, since: surroundings.now() - Self.quietTime)
            report = dispatch(isSending: isSending).tell(notice, except: known)
            try spool.append(Spool.Entry(alert: alert, told: report.told.map(\.channel) + known))
        } catch {
            complain("alerts that no warehouse could keep: \(error)")
            if report.told.isEmpty { report = dispatch(isSending: isSending).tell(notice, except: []) }
        }
        return (notice, report)
    }
}
