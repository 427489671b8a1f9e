/// When an attempt that failed is made again, and how long after.
public struct Retry: Equatable, Sendable {
    /// How many attempts may follow the first one.
    public let limit: Int
    /// Seconds before the second attempt.
    public let first: Int64
    /// By what each further wait is longer.
    public let factor: Int64
    /// The longest wait in seconds.
    public let cap: Int64
    /// How much a wait may differ, in percent.
    public let jitter: Int
    /// What is worth another attempt.
    public let reasons: Set<Reason>

    /// What an attempt ended with.
    public enum Reason: Hashable, Sendable {
        case exit(Int)
        case signal
        case timeout
        case lost
        /// Anything but success and cancellation.
        case any

        /// Reads an exit code from 1 to 255 or `signal`, `timeout`, `lost`, `any`.
        public init?(_ text: String) {
            switch text {
            case "signal": self = .signal
            case "timeout": self = .timeout
            case "lost": self = .lost
            case "any": self = .any
            default:
                guard let code = Int(text), (1...255).contains(code), String(code) == text else { return nil }
                self = .exit(code)
            }
        }

        /// The reason as it is written in a timetable.
        public var text: String {
            switch self {
            case .exit(let code): String(code)
            case .signal: "signal"
            case .timeout: "timeout"
            case .lost: "lost"
            case .any: "any"
            }
        }
    }

    /// What is tried again unless a job says otherwise: 75 (worth a retry) and 69 (the database does not answer).
    /// Wrong data stay wrong.
    public static let usualReasons: Set<Reason> = [.exit(75), .exit(69)]

    /// Seconds to wait after attempt `attempt` (from 1) failed with `reason`; nil where there is no further attempt.
    /// `chance`, from 0 to 1, decides where within the jitter the wait lies.
    public func wait(after attempt: Int, reason: Reason, chance: Double) -> Int64? {
        guard attempt <= limit, reasons.contains(reason) || reasons.contains(.any) else { return nil }
        var wait = min(first, cap)
        for _ in 1..<max(attempt, 1) where wait < cap { wait = min(wait * factor, cap) }
        let spread = Double(wait) * Double(jitter) / 100
        return max(1, wait + Int64((spread * (2 * min(max(chance, 0), 1) - 1)).rounded()))
    }
}
