import RDHistory

extension QualityReport {
    /// All that it says, in the order in which it is read.
    var sections: [ReportSection] {
        [
            dailySection, complianceSection, pairSection, numberSection, anomalySection, rejectSection, moneySection,
            partitionSection, runSection,
        ].filter { !$0.tables.isEmpty || !$0.lead.isEmpty }
    }

    /// What there is to say in one sentence, and how bad it is.
    var headline: (text: String, tone: Tone) {
        guard let focus else { return ("No run since \(day(since))", .mute) }
        if !focus.isGood { return ("The newest load was stopped", .fail) }
        let warned = focusFigures.count { $0.status != "pass" }
        if warned > 0 { return ("Loaded, with \(warned) \(warned == 1 ? "warning" : "warnings")", .warn) }
        let odd = anomalies.count { $0.run.run == focus.run }
        if odd > 0 { return ("Loaded, with \(odd) \(odd == 1 ? "number" : "numbers") not as expected", .odd) }
        return ("Loaded, and every gate passed", .pass)
    }

    /// The sentence below the headline.
    var subline: String {
        guard let focus else { return "Load something: rd etl --source FILE" }
        let version = focus.version.map { ", version \($0)" } ?? ""
        let name = "\(focus.job) of \(day(focus.began)) \(clock(focus.began)) UTC\(version)"
        if let detail = focus.detail, !focus.isGood { return "\(name): \(detail)" }
        return "\(name), from \(focus.source ?? "a stream without a name")"
    }

    /// The few numbers that come first: what, how much, and a word about it.
    var keyNumbers: [(name: String, value: String, note: String, tone: Tone)] {
        let failed = runs.count { !$0.isGood }
        let loads = runs.filter { $0.kind == "load" }
        let rows = loads.reduce(0) { $0 + $1.rows }
        let aside = loads.reduce(0) { $0 + $1.rejects }
        let met = rules.count { $0.reached >= target }
        let open = rejects.reduce(0) { $0 + $1.open }
        let aShare = rows > 0 ? percentText(Double(aside) / Double(rows)) + " of all rows" : "no rows"
        return [
            (
                "runs", groupedText(runs.count), failed == 0 ? "none failed" : "\(failed) failed",
                failed > 0 ? .fail : .pass
            ),
            ("rows read", groupedText(rows), "\(groupedText(loads.reduce(0) { $0 + $1.facts })) facts", .plain),
            ("set aside", groupedText(aside), aShare, .plain),
            ("open rejects", groupedText(open), "rd-quality rejects list", open > 0 ? .warn : .pass),
            (
                "rules on target", "\(met) of \(rules.count)", "\(percentText(target.double)) of runs should pass",
                met < rules.count ? .warn : .pass
            ),
            (
                "anomalies", groupedText(anomalies.count),
                unjudged > 0 ? "\(unjudged) runs not judged" : "all runs judged",
                anomalies.isEmpty ? .pass : .odd
            ),
        ]
    }

    private var dailySection: ReportSection {
        var section = ReportSection(id: "days", title: "Day by day")
        guard !days.isEmpty else { return section }
        section.picture = .days(Array(days.suffix(92)))
        var table = ReportTable(
            "Runs of each day in UTC, the newest first",
            [
                .text("day"), .number("runs"), .number("failed"), .number("rows read"), .number("facts"),
                .number("set aside"), .number("net money"), .number("warnings"), .number("failures"),
                .number("anomalies"), .number("time"),
            ])
        for day in days.suffix(92).reversed() {
            table.rows.append([
                Cell(day.day, day.tone == .pass ? .plain : day.tone), Cell(groupedText(day.good + day.failed)),
                count(day.failed, .fail), Cell(groupedText(day.rows)), Cell(groupedText(day.facts)),
                Cell(groupedText(day.rejects)), Cell(moneyText(day.money)), count(day.warnings, .warn),
                count(day.failures, .fail), count(day.anomalies, .odd), Cell(NumberKind.duration.text(day.seconds)),
            ])
        }
        table.isFolded = days.count > 14
        section.tables = [table]
        return section
    }

    private func count(_ number: Int, _ tone: Tone) -> Cell {
        number == 0 ? Cell("0", .mute) : Cell(groupedText(number), tone)
    }

    private var complianceSection: ReportSection {
        var section = ReportSection(id: "rules", title: "Rules")
        guard !rules.isEmpty else { return section }
        section.lead = [
            "Each rule against its thresholds: the share of runs that passed it, and the "
                + "\(percentText(target.double)) that should. It warns and fails below a share of good ones, or above a count of bad ones."
        ]
        var table = ReportTable(
            "Compliance against thresholds",
            [
                .text("rule"), .text("gate"), .text("measures"), .text("warns, fails"),
                .number("newest"), .text("course"), .number("runs"), .number("warned"), .number("failed"),
                .number("passed"), .text("target"),
            ])
        let shown = rules.sorted {
            ($0.reached, Tone(status: $1.figure.status).rank) < ($1.reached, Tone(status: $0.figure.status).rank)
        }
        .prefix(Self.mostRules)
        if rules.count > Self.mostRules {
            section.lead.append("The \(Self.mostRules) of \(rules.count) that passed least.")
        }
        let names = Set(shown.map { "\($0.figure.gate)/\($0.figure.rule)" })
        for rule in rules where names.contains("\(rule.figure.gate)/\(rule.figure.rule)") {
            table.rows.append(row(of: rule))
        }
        section.tables = [table]
        return section
    }

    /// So many rules keep a page below a megabyte.
    private static let mostRules = 120

    private func row(of rule: RuleHistory) -> [Cell] {
        let figure = rule.figure
        let isMet = rule.reached >= target
        let newest =
            figure.unit == "rows" ? "\(groupedText(figure.bad ?? 0)) bad" : figure.share.map { percentText($0.double) }
        let parts = rule.segments > 0 ? ", worst of \(rule.segments)" : ""
        let isShare = figure.unit == "share"
        let spark = Sparkline(
            rule.points.suffix(rules.count > 40 ? 60 : 120), warn: isShare ? figure.warn?.double : nil,
            fail: isShare ? figure.fail?.double : nil,
            words: words(rule))
        return [
            .code(figure.rule), Cell(figure.gate),
            Cell("\(figure.dimension) of \(figure.columns?.replacing(",", with: ", ") ?? "all")\(parts)"),
            Cell("\(limit(figure.warn, figure.unit)), \(limit(figure.fail, figure.unit))"),
            Cell(newest ?? "-", Tone(status: figure.status)), .spark(spark), Cell(groupedText(rule.runs)),
            count(rule.counts.warn, .warn), count(rule.counts.fail, .fail), Cell(percentText(rule.reached.double)),
            Cell(isMet ? "met" : "missed", isMet ? .pass : .warn),
        ]
    }

    private func limit(_ limit: ExactNumber?, _ unit: String) -> String {
        guard let limit else { return "-" }
        return unit == "share" ? percentText(limit.double) : "\(limit.text) rows"
    }

    private func words(_ rule: RuleHistory) -> String {
        words(rule.figure.rule, rule.points) { percentText($0) }
    }

    private func words(_ name: String, _ points: [HistoryPoint], _ text: (Double) -> String) -> String {
        guard let low = points.min(by: { $0.value < $1.value }), let high = points.map(\.value).max(),
            let last = points.last
        else { return "\(name): no values" }
        let odd = points.count { $0.isOdd }
        var words =
            "\(name) over \(points.count) runs: from \(text(low.value)) on \(day(low.began)) to \(text(high)), newest "
            + text(last.value)
        if let least = last.low, let most = last.high { words += ", expected from \(text(least)) to \(text(most))" }
        return words + (odd > 0 ? "; \(odd) not as expected" : "")
    }

    private var pairSection: ReportSection {
        var section = ReportSection(id: "stages", title: "Before and after")
        let pairs = pairs
        guard !pairs.isEmpty, let focus else { return section }
        section.lead = ["What the stages of \(focus.job) of \(day(focus.began)) made better: one column at each gate."]
        var table = ReportTable(
            "Good ones at each gate",
            [.text("measured"), .text("before"), .number("was"), .text("after"), .number("is"), .number("change")])
        for pair in pairs {
            guard let first = pair.figures.first, let last = pair.figures.last, let before = first.share,
                let after = last.share
            else { continue }
            let change = after.double - before.double
            let points = "\(change > 0 ? "+" : "")\(percentText(abs(change)).replacing(" %", with: "")) points"
            table.rows.append([
                Cell(pair.name), Cell(first.gate), Cell(percentText(before.double)), Cell(last.gate),
                Cell(percentText(after.double)),
                change == 0
                    ? Cell("same", .mute) : Cell(change < 0 ? "-\(points)" : points, change > 0 ? .pass : .warn),
            ])
        }
        section.tables = [table]
        return section
    }

    private var numberSection: ReportSection {
        var section = ReportSection(id: "numbers", title: "Numbers")
        guard let focus, !numbers.isEmpty else { return section }
        section.lead = [
            "Runs of \(focus.job) from \(focus.sourceName), and the band in which each number was expected."
        ]
        var table = ReportTable(
            "Numbers of the job",
            [.text("number"), .number("newest"), .number("from"), .number("to"), .text("course"), .number("odd runs")])
        for number in numbers {
            guard let last = number.points.last else { continue }
            let spark = Sparkline(
                number.points, words: words(number.kind.rawValue, number.points) { number.kind.text($0) })
            table.rows.append([
                Cell(number.kind.rawValue), Cell(number.kind.text(last.value), last.isOdd ? .odd : .plain),
                Cell(number.kind.text(last.low)), Cell(number.kind.text(last.high)), .spark(spark),
                count(number.points.count { $0.isOdd }, .odd),
            ])
        }
        section.tables = [table]
        return section
    }
}
