import RDRecord

/// Money before and after one step of a run, in ten-thousandths.
public struct MoneyStep: Sendable {
    /// The stage.
    public let stage: String
    /// The rule; nil for what came in and what went out, and for what a foreign stage did.
    public let rule: String?
    /// Rows that it touched.
    public let rows: Int
    /// Money before it.
    public let before: Int128
    /// Money after it.
    public let after: Int128

    /// What the stages of a run did to its money: what was read, each rule, what was loaded. Steps that changed nothing
    /// and touched no row are left out.
    static func all(of run: HistoryRun) -> [MoneyStep] {
        guard let first = run.ledger.first, let last = run.ledger.last else { return [] }
        var steps = [
            MoneyStep(stage: first.stage, rule: nil, rows: first.rowsIn, before: first.moneyIn, after: first.moneyIn)
        ]
        var money = first.moneyIn
        func add(_ stage: String, _ rule: String?, _ rows: Int, to after: Int128) {
            guard after != money || rows != 0 else { return }
            steps.append(MoneyStep(stage: stage, rule: rule, rows: rows, before: money, after: after))
            money = after
        }
        for stage in run.ledger {
            add("before \(stage.stage)", "other programs", 0, to: stage.moneyIn)
            for rule in stage.rules { add(stage.stage, rule.name, rule.rows, to: money - rule.money) }
            add(stage.stage, "unexplained", 0, to: stage.moneyOut)
        }
        steps.append(MoneyStep(stage: last.stage, rule: nil, rows: last.rowsOut, before: money, after: money))
        return steps
    }
}

/// What one rule took from the money of several runs.
public struct MoneyRule: Sendable {
    /// The stage.
    public let stage: String
    /// The rule.
    public let rule: String
    /// Runs in which it touched something.
    public private(set) var runs = 0
    /// Rows that it touched.
    public private(set) var rows = 0
    /// What it took, in ten-thousandths; negative where it added.
    public private(set) var taken: Int128 = 0

    /// Over all runs that ended well, the largest amounts first.
    static func all(_ runs: [HistoryRun]) -> [MoneyRule] {
        var rules: [MoneyRule] = []
        for run in runs where run.isGood {
            for stage in run.ledger {
                for rule in stage.rules {
                    var place = rules.firstIndex { $0.stage == stage.stage && $0.rule == rule.name } ?? rules.count
                    if place == rules.count {
                        rules.append(MoneyRule(stage: stage.stage, rule: rule.name))
                        place = rules.count - 1
                    }
                    rules[place].runs += 1
                    rules[place].rows += rule.rows
                    rules[place].taken += rule.money
                }
            }
        }
        return rules.sorted { $0.taken.magnitude > $1.taken.magnitude }
    }
}
