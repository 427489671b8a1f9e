import RDBytes
import RDPostgres
import RDQuality
import RDRecord

/// The stages that the load runs itself, and whether their gates and its own let the data pass.
extension Loader {
    var preparedLedgers: [StageLedger] {
        switch preparation {
        case .some(let stages): stages.ledgers
        case .none: []
        }
    }

    /// Throws where the gate of a stage inside the load does not let the data pass.
    func judgePrepared() throws {
        switch preparation {
        case .some(let stages): try stages.judge()
        case .none: break
        }
    }

    var preparedWarnings: [String] {
        switch preparation {
        case .some(let stages): stages.warnings
        case .none: []
        }
    }

    /// Throws where a gate does not let the data pass, which a plan only notes.
    func passGates(_ target: borrowing FactTarget, _ summary: inout LoadSummary) throws {
        do {
            try judgePrepared()
            try target.gate.judge()
        } catch let failure as GateFailure where options.isPlan {
            summary.gateFailure = failure
        }
        summary.warnings = preparedWarnings + target.gate.warnings
        guard options.isStrict else { return }
        let faults = summary.ledger.suffix(preparedLedgers.count + 1).flatMap(\.rejected)
            .filter { $0.code != RejectCode.duplicate.rawValue }
        guard let first = summary.warnings.first ?? faults.first.map({ "\($0.count) rows rejected as \($0.code)" })
        else { return }
        throw RDError(
            .data, "--strict: \(first)", remedy: "nothing was loaded; mend the data, or leave --strict out")
    }

    /// The entries of the stages inside the load; the first of them reads what the load reads.
    var preparedEntries: [StreamOpen.Stage] {
        switch preparation {
        case .some(let stages):
            var entries = stages.entries
            entries[0].input = around.inputChannel
            return entries
        case .none: return []
        }
    }
}
