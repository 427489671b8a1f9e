import ArgumentParser
import RDBytes
import RDProcess

/// A command that may change the warehouse, the timetable or what people are told of them: the audit log has it.
public protocol AuditedCommand: SuiteCommand {
    /// False where the command was asked only to say what it would do.
    var changesSomething: Bool { get }
}

extension AuditedCommand {
    /// A command changes something unless it says otherwise.
    public var changesSomething: Bool { true }
}

/// What the boundary writes down before and after a command.
struct CommandAudit {
    private let log: AuditLog
    private let executable: String
    private let words: [String]
    private let events: Log

    /// Nil for a command that changes nothing.
    init?(_ command: any ParsableCommand, _ executable: String, _ words: [String], _ events: Log) {
        guard let audited = command as? any AuditedCommand, audited.changesSomething else { return nil }
        log = AuditLog(home: Folders().home)
        (self.executable, self.words, self.events) = (executable, words, events)
    }

    /// Writes one line. Work is not refused for want of an account: that there is none is a warning.
    func record(_ phase: AuditLog.Phase, exitCode: Int32? = nil) {
        do {
            try log.record(phase, executable, words, exitCode: exitCode)
        } catch {
            events.write(.warning, "the audit log lacks this command: \(error.description)")
        }
    }
}
