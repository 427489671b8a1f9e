import RDBytes
import RDLineage
import RDRecord

/// What a run's stages measured, as facets.
struct QualityFacets {
    let producer: Producer
    let lineage: RunLineage
    let outcome: RunOutcome

    /// The figures of the source's rows: those that `rd-ingest` measured.
    var input: JSONValue.Member {
        var members: [JSONValue.Member] = [.init("rowCount", .integer(outcome.ledger.first?.rowsIn ?? 0))]
        if let bytes = outcome.bytes ?? lineage.source["bytes"]?.integer {
            members.append(.init("bytes", .integer(bytes)))
        }
        let figures = outcome.quality.filter { $0["stage"]?.string == "ingest" && $0["segment"]?.string == nil }
        members.append(.init("columnMetrics", columnMetrics(figures) { sourceColumn($0) }))
        return Facet.dataQualityMetrics.member(producer, onInput: true, members)
    }

    /// The figures of the facts: those that the stages after `rd-ingest` measured, and their money.
    var output: JSONValue.Member {
        let known = Set(WarehouseSchema.tables.first { $0.name == "fact_sales" }?.columns.map(\.name) ?? [])
        let figures = outcome.quality.filter { $0["stage"]?.string != "ingest" && $0["segment"]?.string == nil }
        var columns = columnMetrics(figures) { known.contains($0) ? $0 : nil }
        if let last = outcome.ledger.last {
            columns["net_amount"] = [
                "sum": .number(Decimal4.text(last.moneyOut)), "count": .integer(last.rowsOut), "nullCount": 0,
            ]
        }
        return Facet.dataQualityMetrics.member(
            producer,
            [.init("rowCount", .integer(outcome.ledger.last?.rowsOut ?? 0)), .init("columnMetrics", columns)])
    }

    /// What was held against a threshold, and that each stage's ledger balances.
    var assertions: JSONValue.Member {
        let checks = outcome.quality.filter { line in
            line["gate"]?.string != nil || line["warn"]?.number != nil || line["fail"]?.number != nil
                || line["status"]?.string ?? "pass" != "pass"
        }
        let own = outcome.ledger.filter { $0.stage != StageLedger.opaque }.map { account -> JSONValue in
            [
                "assertion": "ledger_balance", "name": .string("ledger_balance(\(account.stage))"),
                "description": "Every record that came in went out or was set aside.",
                "success": .bool(account.isBalanced), "severity": "error", "expected": .string("\(account.rowsIn)"),
                "actual": .string("\(account.rowsOut + account.rejectedTotal)"),
            ]
        }
        return Facet.dataQualityAssertions.member(
            producer, onInput: true, [.init("assertions", .array(checks.map(assertion) + own))])
    }

    private func assertion(_ line: JSONValue) -> JSONValue {
        let column = line["column"]?.string
        let (severity, bound) = threshold(line)
        var object: JSONValue = [
            "assertion": .string(line["dimension"]?.string ?? "unknown"), "name": .string(name(line)),
            "success": .bool(line["status"]?.string == "pass"), "severity": .string(severity),
            "params": .object(
                ["stage", "gate", "rule", "segment", "n"].map { .init($0, line[$0] ?? .null) }),
        ]
        if let named = column.flatMap(sourceColumn) { object["column"] = .string(named) }
        if let bound { object["expected"] = .string(bound) }
        if let value = line["value"]?.number { object["actual"] = .string(value) }
        return object
    }

    /// Which limit the figure is told against: the one that it is over, or else the one that would stop a run.
    private func threshold(_ line: JSONValue) -> (severity: String, bound: String?) {
        let (warn, fail) = (line["warn"]?.number, line["fail"]?.number)
        switch line["status"]?.string {
        case "fail": return ("error", fail)
        case "warn": return ("warn", warn)
        default: return fail == nil ? ("warn", warn) : ("error", fail)
        }
    }

    /// The rule's name, or the figure's where it is of no rule; with the segment, since a rule has a figure for each.
    private func name(_ line: JSONValue) -> String {
        let dimension = line["dimension"]?.string ?? "unknown"
        let figure = line["column"]?.string.map { "\(dimension)(\($0))" } ?? dimension
        return (line["rule"]?.string ?? figure) + (line["segment"]?.string.map { "[\($0)]" } ?? "")
    }

    /// OpenLineage's figures that ours tell: nulls from a share that is complete, and distinct values.
    private func columnMetrics(_ lines: [JSONValue], _ name: (String) -> String?) -> JSONValue {
        var columns: JSONValue = .object([])
        for line in lines {
            guard let column = line["column"]?.string.flatMap(name), let n = line["n"]?.integer,
                let value = line["value"]?.number
            else { continue }
            var figures = columns[column] ?? .object([])
            figures["count"] = .integer(n)
            switch line["dimension"]?.string {
            case "completeness":
                if let bad = line["bad"]?.integer {
                    figures["nullCount"] = .integer(bad)
                } else {
                    guard let share = Double(value), (0...1).contains(share) else { continue }
                    figures["nullCount"] = .integer(Int(((1 - share) * Double(n)).rounded()))
                }
            case "distinct":
                guard let count = Int(value) else { continue }
                figures["distinctCount"] = .integer(count)
            default: continue
            }
            columns[column] = figures
        }
        return columns
    }

    /// The header's name of a column of the stream.
    private func sourceColumn(_ column: String) -> String? {
        let graph = lineage.graph
        let makers = graph.makers(of: LineageColumn("ingest", column)).map(\.from)
        return makers.first { $0.dataset == LineageColumn.source }?.name
    }
}
