/// Makes a failing sequence of steps as short as it can, and tells it.
struct HistoryShrinker {
    /// A sequence that fails, and how.
    struct Failure {
        var steps: [HistoryStep]
        var disagreement: Disagreement
    }

    private var failure: Failure
    private var runsLeft = 400

    /// How `steps` fail, as short as possible; nil where they do not.
    static func firstFailure(_ steps: [HistoryStep]) -> Failure? {
        guard let failure = run(steps) else { return nil }
        var shrinker = HistoryShrinker(failure: failure)
        shrinker.shrink()
        return shrinker.failure
    }

    private init(failure: Failure) { self.failure = failure }

    private static func run(_ steps: [HistoryStep]) -> Failure? {
        do {
            try ModelDatabase.with { try HistoryDriver(conninfo: $0).run(steps) }
            return nil
        } catch let found as Disagreement {
            return Failure(steps: Array(steps.prefix(found.step + 1)), disagreement: found)
        } catch {
            return Failure(steps: steps, disagreement: Disagreement(step: -1, words: ["threw \(error)"]))
        }
    }

    private mutating func shrink() {
        var hasShrunk = true
        while hasShrunk, runsLeft > 0 {
            hasShrunk = false
            for place in failure.steps.indices.reversed() where place < failure.steps.count {
                var fewer = failure.steps
                fewer.remove(at: place)
                if take(fewer) { hasShrunk = true } else if shrinkLoad(place) { hasShrunk = true }
            }
        }
    }

    /// Leaves out lines of a load.
    private mutating func shrinkLoad(_ place: Int) -> Bool {
        var hasShrunk = false
        guard case .load(let load) = failure.steps[place] else { return false }
        for line in load.batch.lines.indices.reversed() {
            guard place < failure.steps.count, case .load(var fewer) = failure.steps[place] else { break }
            fewer.batch.lines.remove(at: line)
            if load.batch.twins.isEmpty { fewer.batch.number() }
            var steps = failure.steps
            steps[place] = .load(fewer)
            if take(steps) { hasShrunk = true }
        }
        return hasShrunk
    }

    private mutating func take(_ steps: [HistoryStep]) -> Bool {
        guard runsLeft > 0 else { return false }
        runsLeft -= 1
        guard let found = Self.run(steps) else { return false }
        failure = found
        return true
    }
}

extension HistoryShrinker.Failure {
    /// The steps and what is wrong after the last of them.
    var text: String {
        let numbered = steps.enumerated().map { "\($0.offset + 1). \($0.element.text)" }
        return (["after these steps:"] + numbered + ["it is found:"] + disagreement.words).joined(separator: "\n")
    }
}

extension HistoryStep {
    /// What is done, a line for each line of a stream.
    var text: String {
        switch self {
        case .rollBack(let pick): return "roll back, pick \(pick)"
        case .prune(let pick): return "prune, pick \(pick)"
        case .snapshot(let pick): return "snapshot, pick \(pick)"
        case .restore(let pick): return "restore, pick \(pick)"
        case .archive(let pick): return "archive, pick \(pick)"
        case .retain(let keep): return "retain \(keep) months"
        case .load(let load):
            let head = "load source \(load.batch.source), \(load.extent)\(load.isForced ? ", forced" : "")"
            let lines = load.batch.lines.map { "     \($0.text)" }
            return (["\(head), by \(load.batchSize)"] + lines).joined(separator: "\n")
        }
    }
}

extension SalesBatch.Line {
    /// The line, with its values in a fixed order.
    var text: String {
        switch self {
        case .sale(let sale):
            let content = sale.content
            return "\(sale.key.text) \(content.customer) \(content.country) \(content.quantity) x "
                + "\(moneyText(content.price)) \(content.type) \(content.sign)"
        case .customer(let member): return "customer \(member.id) \(member.name ?? "-") since \(member.since)"
        case .product(let member):
            return "product \(member.stockCode) \(member.description ?? "-")\(member.isNote ? " (note)" : "") at "
                + "\(member.describedAt ?? "-"), \(moneyText(member.price)) at \(member.pricedAt ?? "-"), "
                + "sold \(member.lastSoldAt)"
        }
    }
}
