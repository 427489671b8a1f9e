import RDSchedule

/// What a look at the history comes to.
public enum Finding: Equatable, Sendable {
    /// There is a trouble.
    case raise(Alert)
    /// There is none of this kind, job and subject; the note says why not.
    case settle(AlertKind, job: String, subject: String, note: String)
    /// Of this gate's rules only these were measured: alerts of others are about rules that are no more.
    case keepRules(gate: String, job: String, subjects: [String])
}

/// What alerts of runs and of their intervals are about.
public enum AlertSubject {
    /// That a run failed.
    public static let run = "run"
    /// How long runs take.
    public static let duration = "duration"
    /// That runs come.
    public static let interval = "interval"
    /// The job of what concerns the alerts themselves.
    public static let ownJob = "rd-alert"

    /// That a channel is dead.
    public static func channel(_ name: String) -> String { "channel \(name)" }
}

extension WatchedRun {
    /// What this run says: whether it failed, its figures, and how long it took.
    public func findings(_ figures: [GateFigure], _ slow: SlowVerdict) -> [Finding] {
        isFailed && !isMeasuredCheck ? failure(figures) : success(figures, slow)
    }

    /// A check that measured all of its rules did what it should, also where the data are bad.
    private var isMeasuredCheck: Bool { kind == "check" && code == "quality_gate" }

    private func failure(_ figures: [GateFigure]) -> [Finding] {
        let worst = Self.byRule(figures.filter { $0.status != "pass" })
        let findings = worst.map { Finding.raise(alert($0)) }
        // A load that a gate stopped is told of by what was out of bounds, once.
        if code == "quality_gate", worst.contains(where: { $0.contains(where: \.isFailed) }) { return findings }
        let why = detail ?? "it ended with exit code \(exitCode)"
        return findings + [
            .raise(
                Alert(
                    .jobFailure, .critical, job: job, subject: AlertSubject.run,
                    message: Alert.cleaned("the \(kind) failed: \(why)", longest: 2000), run: run,
                    value: String(exitCode), occurredAt: ended))
        ]
    }

    private func success(_ figures: [GateFigure], _ slow: SlowVerdict) -> [Finding] {
        var findings: [Finding] = [
            .settle(.jobFailure, job: job, subject: AlertSubject.run, note: "run \(run) did not fail")
        ]
        for rule in Self.byRule(figures) {
            let bad = rule.filter { $0.status != "pass" }
            if bad.isEmpty, let first = rule.first {
                findings.append(
                    .settle(
                        .qualityViolation, job: job, subject: first.subject, note: "within its limits in run \(run)"))
            } else {
                findings.append(.raise(alert(bad)))
            }
        }
        // A check may be of some rules only; a load measures all of a gate.
        if kind == "load" {
            for gate in Set(figures.map(\.gate)).sorted() {
                let subjects = Set(figures.filter { $0.gate == gate }.map(\.subject)).sorted()
                findings.append(.keepRules(gate: gate, job: job, subjects: subjects))
            }
        }
        return findings + duration(slow)
    }

    private func duration(_ verdict: SlowVerdict) -> [Finding] {
        switch verdict {
        case .learning: return []
        case .usual:
            return [
                .settle(
                    .performanceDegradation, job: job, subject: AlertSubject.duration,
                    note: "run \(run) took \(spanText(Int64(milliseconds / 1000)))")
            ]
        case .slow(let limit, let median):
            func words(_ milliseconds: Int) -> String { spanText(Int64(milliseconds / 1000)) }
            let usual = median.map { ", and \(words($0)) is usual" } ?? ""
            return [
                .raise(
                    Alert(
                        .performanceDegradation, .warning, job: job, subject: AlertSubject.duration,
                        message: "the \(kind) took \(words(milliseconds)); up to \(words(limit)) was expected\(usual)",
                        run: run, value: secondsText(milliseconds), threshold: secondsText(limit), occurredAt: ended))
            ]
        }
    }

    /// The alert of a rule, by its worst figure.
    private func alert(_ figures: [GateFigure]) -> Alert {
        let worst = figures.first(where: \.isFailed) ?? figures[0]
        let others = figures.count - 1
        let more = others == 0 ? "" : "; \(others) more \(others == 1 ? "part is" : "parts are") out of bounds"
        let stopped = isFailed && kind == "load" && worst.isFailed ? "; the load was stopped" : ""
        return Alert(
            .qualityViolation, worst.isFailed ? .critical : .warning, job: job, subject: worst.subject,
            message: Alert.cleaned(worst.words + more + stopped, longest: 2000), run: run, stage: worst.stage,
            value: worst.score, threshold: worst.limit, occurredAt: ended)
    }

    private static func byRule(_ figures: [GateFigure]) -> [[GateFigure]] {
        var rules: [[GateFigure]] = []
        for figure in figures {
            if let place = rules.firstIndex(where: { $0[0].subject == figure.subject }) {
                rules[place].append(figure)
            } else {
                rules.append([figure])
            }
        }
        return rules
    }
}

/// Milliseconds as a decimal number of seconds.
func secondsText(_ milliseconds: Int) -> String {
    let rest = String(1000 + milliseconds % 1000).dropFirst()
    return "\(milliseconds / 1000).\(rest)"
}
