import RDHistory

/// What happened on one day, in UTC.
public struct ReportDay: Sendable {
    /// The day as `2026-01-31`.
    public let day: String
    /// Runs that ended well, and those that failed.
    public private(set) var good = 0
    /// Runs that failed.
    public private(set) var failed = 0
    /// Records read by loads.
    public private(set) var rows = 0
    /// Facts that loads brought.
    public private(set) var facts = 0
    /// Records set aside.
    public private(set) var rejects = 0
    /// Net money that loads put out, in ten-thousandths.
    public private(set) var money: Int128 = 0
    /// Seconds of all runs.
    public private(set) var seconds = 0.0
    /// Figures that warned.
    public private(set) var warnings = 0
    /// Figures that failed.
    public private(set) var failures = 0
    /// Numbers that were not where they were expected.
    public private(set) var anomalies = 0

    /// Days of `runs`, oldest first.
    static func all(
        _ runs: [HistoryRun], _ figures: [Int: [HistoryFigure]], _ anomalies: [ReportAnomaly]
    ) -> [ReportDay] {
        var days: [ReportDay] = []
        let odd = Dictionary(grouping: anomalies) { $0.run.run }
        for run in runs {
            let name = RDReport.day(run.began)
            if days.last?.day != name { days.append(ReportDay(day: name)) }
            days[days.count - 1].add(run, figures[run.id] ?? [], anomalies: odd[run.run]?.count ?? 0)
        }
        return days
    }

    private init(day: String) { self.day = day }

    private mutating func add(_ run: HistoryRun, _ figures: [HistoryFigure], anomalies: Int) {
        if run.isGood { good += 1 } else { failed += 1 }
        if run.kind == "load" { rows += run.rows }
        facts += run.facts
        rejects += run.rejects
        money += run.moneyOut ?? 0
        seconds += run.duration.double
        warnings += figures.count { $0.status == "warn" }
        failures += figures.count { $0.status == "fail" }
        self.anomalies += anomalies
    }

    /// The worst of it.
    var tone: Tone { failed > 0 || failures > 0 ? .fail : warnings > 0 ? .warn : anomalies > 0 ? .odd : .pass }
}
