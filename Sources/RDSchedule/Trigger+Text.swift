extension Job.Trigger {
    /// What makes the job run, as people read it: `at 02:00`, `cron 0 2 * * *`, `every 15m`, `after load`.
    public var text: String {
        switch self {
        case .clock(.cron(let expression)): "cron \(expression.text)"
        case .clock(.daily(let minutes)): "at \(minutes.map(Self.clock).joined(separator: ", "))"
        case .clock(.every(let seconds)): "every \(spanText(seconds))"
        case .file(let file): "on_file \(file.pattern)"
        case .after(let upstreams):
            "after "
                + upstreams.map { $0.condition == .success ? $0.job : "\($0.job) (\($0.condition.rawValue))" }
                .joined(separator: ", ")
        case .manual: "by hand"
        }
    }

    private static func clock(_ minute: Int) -> String {
        let digits = String(10000 + minute / 60 * 100 + minute % 60)
        return "\(digits.dropFirst().prefix(2)):\(digits.suffix(2))"
    }
}
