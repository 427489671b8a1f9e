public import RDBytes
import RDHistory

extension QualityReport {
    /// The report as objects, one for each thing that it tells of, `type` first.
    public var objects: [JSONValue] {
        [head] + days.map(\.json) + rules.map { $0.json(target: target) } + pairs.map(\.json)
            + anomalies.map(\.json) + rejects.map(\.json) + money.map(\.json) + moneyRules.map(\.json)
            + months.map(\.json) + runs.map(\.json)
    }

    private var head: JSONValue {
        [
            "type": "report", "made": .string(iso8601(made)), "since": .string(iso8601(since)),
            "run": .optional(focus?.run), "says": .string(headline.text), "runs": .integer(runs.count),
            "failed": .integer(runs.count { !$0.isGood }), "target": .number(target.text),
            "rules": .integer(rules.count), "rules_on_target": .integer(rules.count { $0.reached >= target }),
            "anomalies": .integer(anomalies.count), "not_judged": .integer(unjudged),
        ]
    }
}

private func decimal(_ value: Double?) -> JSONValue { value.map { .number(ExactNumber(rounding: $0).text) } ?? .null }
private func exact(_ value: ExactNumber?) -> JSONValue { value.map { .number($0.text) } ?? .null }

extension ReportDay {
    fileprivate var json: JSONValue {
        [
            "type": "day", "day": .string(day), "runs": .integer(good + failed), "failed": .integer(failed),
            "rows": .integer(rows), "facts": .integer(facts), "rejects": .integer(rejects),
            "net_amount": .string(Decimal4.text(money)), "warnings": .integer(warnings), "failures": .integer(failures),
            "anomalies": .integer(anomalies), "seconds": decimal(seconds),
        ]
    }
}

extension RuleHistory {
    fileprivate func json(target: ExactNumber) -> JSONValue {
        [
            "type": "rule", "gate": .string(figure.gate), "rule": .string(figure.rule),
            "dimension": .string(figure.dimension), "column": .optional(figure.columns), "unit": .string(figure.unit),
            "warn": exact(figure.warn), "fail": exact(figure.fail), "segments": .integer(segments),
            "value": exact(figure.value), "share": exact(figure.share), "status": .string(figure.status),
            "runs": .integer(runs), "passed": .integer(counts.pass), "warned": .integer(counts.warn),
            "failed": .integer(counts.fail), "reached": exact(reached), "target": exact(target),
            "on_target": .bool(reached >= target),
            "course": .array(
                points.map {
                    [
                        "began": .string(iso8601($0.began)), "share": decimal($0.value), "low": decimal($0.low),
                        "high": decimal($0.high), "status": .string($0.status), "anomaly": .bool($0.isOdd),
                    ]
                }),
        ]
    }
}

extension StagePair {
    fileprivate var json: JSONValue {
        [
            "type": "pair", "dimension": .string(figures[0].dimension), "column": .optional(figures[0].columns),
            "gates": .array(
                figures.map {
                    [
                        "gate": .string($0.gate), "share": exact($0.share), "n": .integer($0.n),
                        "bad": $0.bad.map { .integer($0) } ?? .null,
                    ]
                }),
        ]
    }
}

extension ReportAnomaly {
    fileprivate var json: JSONValue {
        var json = verdicts.first { $0.verdict == main }?.json ?? verdicts[0].json
        json["type"] = "anomaly"
        json["began"] = .string(iso8601(run.began))
        json["methods"] = .array(verdicts.map { .string($0.verdict.method.rawValue) })
        return json
    }
}

extension RejectGroup {
    fileprivate var json: JSONValue {
        [
            "type": "rejects", "stage": .string(stage), "code": .string(code), "rows": .integer(rows),
            "open": .integer(open),
            "samples": .array(
                samples.map {
                    [
                        "run": .string($0.run), "line": $0.line.map { .integer($0) } ?? .null,
                        "field": .optional($0.field), "detail": .optional($0.detail), "raw": .string($0.raw),
                    ]
                }),
        ]
    }
}

extension MoneyStep {
    fileprivate var json: JSONValue {
        [
            "type": "money", "stage": .string(stage), "rule": .optional(rule), "rows": .integer(rows),
            "before": .string(Decimal4.text(before)), "after": .string(Decimal4.text(after)),
        ]
    }
}

extension MoneyRule {
    fileprivate var json: JSONValue {
        [
            "type": "money_rule", "stage": .string(stage), "rule": .string(rule), "runs": .integer(runs),
            "rows": .integer(rows), "taken": .string(Decimal4.text(taken)),
        ]
    }
}

extension MonthPart {
    fileprivate var json: JSONValue {
        [
            "type": "partition", "month": .string(month), "partition": .string(partition), "facts": .integer(facts),
            "bytes": .integer(bytes), "net_amount": .string(Decimal4.text(net)),
        ]
    }
}

extension HistoryRun {
    fileprivate var json: JSONValue {
        [
            "type": "run", "run": .string(run), "job": .string(job), "kind": .string(kind), "status": .string(status),
            "began": .string(iso8601(began)), "version": version.map { .integer($0) } ?? .null,
            "rolled_back": .bool(isRolledBack), "retry": .bool(isRetry), "source": .optional(source),
            "rows": .integer(rows), "facts": .integer(facts), "rejects": .integer(rejects),
            "net_amount": moneyOut.map { .string(Decimal4.text($0)) } ?? .null, "seconds": exact(duration),
            "detail": .optional(detail),
        ]
    }
}
