import Synchronization

/// The run that this process works for, once it is known: event lines and the audit log carry it.
public enum ProcessRun {
    private static let current = Mutex<String?>(nil)

    /// The run's identity, a UUID.
    public static var id: String? { current.withLock { $0 } }

    /// Says which run it is.
    public static func set(_ id: String) { current.withLock { $0 = id } }

    /// The run as OpenTelemetry's `traceId`: 32 hexadecimal digits (W3C Trace Context, 3.2.2.3), which a UUID without its
    /// dashes is.
    public static var traceID: String? { id.map(traceID) }

    /// A run's identity as a `traceId`.
    static func traceID(_ run: String) -> String { run.filter { $0 != "-" } }
}
