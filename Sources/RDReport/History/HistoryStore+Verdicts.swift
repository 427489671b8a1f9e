public import RDBytes
import RDHistory
import RDPostgres

extension HistoryStore {
    /// Runs that were judged.
    func judgedRuns() throws -> Set<String> {
        let rows = try connection.execute("SELECT DISTINCT run FROM retail_dw.quality_verdicts")
        return Set((0..<rows.rowCount).compactMap { rows[$0, 0] })
    }

    /// Keeps what was said of runs, run by run; what was said of the same numbers before gives way. A run whose verdicts
    /// cannot be kept blocks no other: the first such failure is thrown once the others are kept.
    public func save(_ judged: [(run: HistoryRun, verdicts: [RunVerdict])]) throws {
        var failure: PostgresError?
        for (run, verdicts) in judged {
            do throws(PostgresError) {
                try connection.execute(
                    Self.saving,
                    [run.run, run.job, run.sourceName, JSONValue.array(verdicts.map(\.json)).text])
            } catch {
                if error.isConnectionLost { throw error }
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private static let saving = """
        INSERT INTO retail_dw.quality_verdicts AS q
            (run, job_name, source_name, subject, kind, gate, rule, segment, method, status, value, statistic, expected,
             low, high, history)
        SELECT $1::uuid, $2, $3, v.subject, v.kind, v.gate, v.rule, v.segment, v.method, v.status, v.value, v.statistic,
               v.expected, v.low, v.high, v.history
        FROM jsonb_to_recordset($4::jsonb) AS v (subject text, kind text, gate text, rule text, segment text, method text,
            status text, value numeric, statistic numeric, expected numeric, low numeric, high numeric, history integer)
        ON CONFLICT (run, subject, method) DO UPDATE
        SET status = excluded.status, value = excluded.value, statistic = excluded.statistic,
            expected = excluded.expected, low = excluded.low, high = excluded.high, history = excluded.history,
            created_at = excluded.created_at
        """
}

extension RunVerdict {
    /// One object.
    public var json: JSONValue {
        [
            "type": "verdict", "run": .string(run), "job": .string(number.job), "source": .string(number.source),
            "subject": .string(number.subject), "kind": .string(number.kind.rawValue), "gate": .optional(number.gate),
            "rule": .optional(number.rule), "segment": .optional(number.segment),
            "method": .string(verdict.method.rawValue), "status": .string(verdict.status.rawValue),
            "value": Self.number(verdict.value), "statistic": Self.number(verdict.statistic),
            "expected": Self.number(verdict.expected), "low": Self.number(verdict.low),
            "high": Self.number(verdict.high), "history": .integer(verdict.history),
        ]
    }

    private static func number(_ value: Double?) -> JSONValue {
        value.map { .number(ExactNumber(rounding: $0).text) } ?? .null
    }
}
