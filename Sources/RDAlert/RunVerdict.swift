/// What the history of runs says of one number of a run, by one method, as `quality_verdicts` has it.
public struct RunVerdict: Equatable, Sendable {
    /// The run, its job, and the name of what it read.
    public let run: String, job: String, source: String
    /// The number: rows, money, rejects, duration, or gate/rule[/segment].
    public let number: String
    /// drop, robust_z, ewma or weekday.
    public let method: String
    /// True where it is not where it was expected.
    public let isAnomaly: Bool
    /// The number, and the band that it was expected in; nil for no limit.
    public let value: String, low: String?, high: String?
    /// When the run ended, in milliseconds since 1970.
    public let ended: Int64

    /// A verdict.
    public init(
        run: String, job: String, source: String, number: String, method: String, isAnomaly: Bool, value: String,
        low: String?, high: String?, ended: Int64
    ) {
        (self.run, self.job, self.source, self.number) = (run, job, source, number)
        (self.method, self.isAnomaly, self.value, self.low, self.high) = (method, isAnomaly, value, low, high)
        self.ended = ended
    }

    /// What an alert of it is about. Runs of one job that read other files are judged by themselves.
    public var subject: String { source.isEmpty ? number : "\(number) of \(source)" }

    /// What the verdicts of one run come to: a number that any method finds odd is one trouble, one that none does is none.
    public static func findings(_ verdicts: [RunVerdict]) -> [Finding] {
        var subjects: [String] = []
        for verdict in verdicts where !subjects.contains(verdict.subject) { subjects.append(verdict.subject) }
        return subjects.compactMap { subject in
            let own = verdicts.filter { $0.subject == subject }
            let odd = own.filter(\.isAnomaly)
            if let first = odd.first { return .raise(first.alert(by: odd.map(\.method))) }
            return own.first.map {
                .settle(.anomaly, job: $0.job, subject: subject, note: "as expected in run \($0.run)")
            }
        }
    }

    private func alert(by methods: [String]) -> Alert {
        let band =
            switch (low, high) {
            case (let low?, let high?): "\(low) to \(high) was expected"
            case (let low?, nil): "at least \(low) was expected"
            case (nil, let high?): "at most \(high) was expected"
            case (nil, nil): "it was not expected"
            }
        let bound = low.flatMap { low in (Double(value) ?? 0) < (Double(low) ?? 0) ? low : nil } ?? high ?? low
        return Alert(
            .anomaly, .warning, job: job, subject: subject,
            message: Alert.cleaned(
                "\(subject) is \(value); \(band) (\(methods.joined(separator: ", ")))", longest: 2000),
            run: run, value: value, threshold: bound, occurredAt: ended)
    }
}
