import RDHistory

extension QualityReport {
    var anomalySection: ReportSection {
        var section = ReportSection(id: "anomalies", title: "Anomalies")
        if unjudged > 0 {
            section.lead.append("\(unjudged) runs were not held against the history yet: rd-quality anomalies.")
        } else if anomalies.isEmpty, !runs.isEmpty {
            section.lead.append("Every number of every run is where it was expected, or still being learned.")
        }
        guard !anomalies.isEmpty else { return section }
        section.tables = [oddNumbers]
        var table = ReportTable(
            "Each of them, the newest first",
            [
                .text("run"), .text("job"), .text("number"), .number("is"), .number("expected"), .number("from"),
                .number("to"), .text("seen by"), .number("of runs"),
            ])
        for one in anomalies.prefix(100) {
            let (kind, verdict) = (one.number.kind, one.main)
            table.rows.append([
                Cell("\(day(one.run.began)) \(clock(one.run.began))"), Cell(one.run.job), .code(one.number.subject),
                Cell(one.value, .odd), Cell(kind.text(verdict.expected)), Cell(kind.text(verdict.low)),
                Cell(kind.text(verdict.high)), Cell(one.methods), Cell(groupedText(verdict.history)),
            ])
        }
        if anomalies.count > 100 { section.lead.append("The newest 100 of \(anomalies.count).") }
        table.isFolded = true
        section.tables.append(table)
        return section
    }

    /// A number that drifts is off in many runs: one row for all of them.
    private var oddNumbers: ReportTable {
        var table = ReportTable(
            "Numbers that are not where they were expected",
            [
                .text("number"), .text("job"), .number("odd runs"), .text("first"), .text("newest"), .number("was"),
                .number("expected"), .number("from"), .number("to"), .text("seen by"),
            ])
        var order: [WatchedNumber] = []
        for one in anomalies where !order.contains(one.number) { order.append(one.number) }
        let groups = Dictionary(grouping: anomalies) { $0.number }
        for number in order.prefix(100) {
            guard let same = groups[number], let newest = same.first, let first = same.last else { continue }
            let verdict = newest.main
            let methods = AnomalyMethod.allCases.filter { method in
                same.contains { $0.verdicts.contains { $0.verdict.method == method } }
            }
            table.rows.append([
                .code(number.subject), Cell(number.job), Cell(groupedText(same.count), .odd),
                Cell(day(first.run.began)),
                Cell(day(newest.run.began)), Cell(newest.value),
                Cell(number.kind.text(verdict.expected)), Cell(number.kind.text(verdict.low)),
                Cell(number.kind.text(verdict.high)), Cell(methods.map(\.rawValue).joined(separator: ", ")),
            ])
        }
        return table
    }

    var rejectSection: ReportSection {
        var section = ReportSection(id: "rejects", title: "Rows set aside")
        guard !rejects.isEmpty else {
            if !runs.isEmpty { section.lead = ["No row was set aside."] }
            return section
        }
        let most = Double(rejects.map(\.rows).max() ?? 1)
        var table = ReportTable(
            "Rejects by stage and code",
            [.text("stage"), .text("code"), .number("rows"), .number("open"), .number("share")])
        let total = rejects.reduce(0) { $0 + $1.rows }
        for group in rejects {
            var rows = Cell(groupedText(group.rows))
            rows.bar = Double(group.rows) / most
            table.rows.append([
                Cell(group.stage), .code(group.code), rows, count(group.open),
                Cell(percentText(Double(group.rows) / Double(total))),
            ])
        }
        var samples = ReportTable(
            "Samples of each code, the newest",
            [.text("stage"), .text("code"), .number("line"), .text("field"), .text("why"), .text("row")])
        for group in rejects.prefix(40) {
            for sample in group.samples {
                samples.rows.append([
                    Cell(group.stage), .code(group.code), Cell(sample.line.map { String($0) } ?? "-"),
                    .code(sample.field ?? "-"), Cell(sample.detail ?? "-"), .code(sample.raw),
                ])
            }
        }
        section.tables = [table, samples]
        return section
    }

    private func count(_ open: Int) -> Cell { open == 0 ? Cell("0", .mute) : Cell(groupedText(open), .warn) }

    var moneySection: ReportSection {
        var section = ReportSection(id: "money", title: "Money")
        let steps = money
        if let focus, steps.count > 1 {
            section.lead = [
                "Net money of \(focus.job) of \(day(focus.began)), before and after each rule. Exact to the last place."
            ]
            let most = Double(steps.map { ($0.after - $0.before).magnitude }.max() ?? 1)
            var table = ReportTable(
                "Money of the run, step by step",
                [
                    .text("stage"), .text("step"), .number("rows"), .number("before"), .number("change"),
                    .number("after"),
                ])
            for (index, step) in steps.enumerated() {
                let change = step.after - step.before
                var cell = Cell(
                    change == 0 ? "-" : (change > 0 ? "+" : "") + exactMoneyText(change), change == 0 ? .mute : .plain)
                if most > 0, change != 0 { cell.bar = Double(change) / most }
                let name = step.rule ?? (index == 0 ? "read" : "put out")
                table.rows.append([
                    Cell(step.stage), Cell(name, name == "unexplained" ? .fail : .plain),
                    Cell(step.rows == 0 ? "-" : groupedText(step.rows)), Cell(exactMoneyText(step.before)), cell,
                    Cell(exactMoneyText(step.after)),
                ])
            }
            section.tables.append(table)
        }
        if !moneyRules.isEmpty {
            var table = ReportTable(
                "What rules took in all runs since \(day(since))",
                [.text("stage"), .text("rule"), .number("runs"), .number("rows"), .number("taken")])
            let most = Double(moneyRules.map(\.taken.magnitude).max() ?? 1)
            for rule in moneyRules {
                var taken = Cell(moneyText(rule.taken))
                if most > 0 { taken.bar = Double(rule.taken) / most }
                table.rows.append([
                    Cell(rule.stage), Cell(rule.rule), Cell(groupedText(rule.runs)), Cell(groupedText(rule.rows)),
                    taken,
                ])
            }
            section.tables.append(table)
        }
        return section
    }

    var partitionSection: ReportSection {
        var section = ReportSection(id: "partitions", title: "Partitions")
        guard !months.isEmpty else { return section }
        let facts = months.reduce(0) { $0 + $1.facts }
        let net = months.reduce(Int128(0)) { $0 + $1.net }
        section.lead = [
            "\(groupedText(facts)) facts worth \(moneyText(net)) net in \(months.count) months, as they stand."
        ]
        section.picture = .months(months)
        var table = ReportTable(
            "Months of the fact table",
            [.text("month"), .text("partition"), .number("facts"), .number("net money"), .number("size")])
        for month in months.reversed() {
            table.rows.append([
                Cell(month.month), .code(month.partition), Cell(groupedText(month.facts)), Cell(moneyText(month.net)),
                Cell(groupedText(Double(month.bytes) / 1_048_576, places: 1) + " MiB"),
            ])
        }
        table.isFolded = true
        section.tables = [table]
        return section
    }

    var runSection: ReportSection {
        var section = ReportSection(id: "runs", title: "Runs")
        guard !runs.isEmpty else { return section }
        var table = ReportTable(
            "The newest runs",
            [
                .text("began"), .text("job"), .text("kind"), .text("status"), .number("version"), .number("rows"),
                .number("set aside"), .number("net money"), .number("time"), .text("run"), .text("detail"),
            ])
        for run in runs.suffix(50).reversed() {
            let status = run.isRolledBack ? "rolled back" : run.status
            table.rows.append([
                Cell("\(day(run.began)) \(clock(run.began))"), Cell(run.job), Cell(run.isRetry ? "retry" : run.kind),
                Cell(status, run.isGood ? (run.isRolledBack ? .mute : .pass) : .fail),
                Cell(run.version.map { String($0) } ?? "-"), Cell(groupedText(run.rows)),
                Cell(groupedText(run.rejects)),
                Cell(run.moneyOut.map { moneyText($0) } ?? "-"), Cell(NumberKind.duration.text(run.duration.double)),
                .code(run.run), Cell(run.detail ?? ""),
            ])
        }
        if runs.count > 50 { section.lead = ["The newest 50 of \(runs.count)."] }
        table.isFolded = table.rows.count > 10
        section.tables = [table]
        return section
    }
}
