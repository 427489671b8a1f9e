import ArgumentParser
import RDBytes
import RDFilter
import RDPostgres
import RDProcess
import RDWarehouse

struct RollbackCommand: AuditedCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback", abstract: "Bring the warehouse back to a version, as a new version.",
        discussion: """
            Facts, dimensions and the state of rejects become what they were after that version, in one transaction. \
            Nothing is lost: rolling back to the version before the rollback undoes it. A source whose version is \
            rolled back can be loaded again. What retention dropped does not come back.

            Asks on a terminal; a script says --yes. With --plan it says what would change, month by month and member \
            by member, and changes nothing. While a load is under way it is exit 75, unless --wait is given.

            Examples:
              rd-version rollback latest~1 --plan
              rd-version rollback 3 --yes
            """)

    @OptionGroup var options: VersionOptions
    @OptionGroup var change: ChangeOptions
    var common: CommonOptions { options.common }
    var changesSomething: Bool { !change.plan }

    @Argument(help: "The version to go back to: a number, a tag, latest~1.", transform: VersionReference.init)
    var version: VersionReference

    func run() throws {
        let connection = try options.connect()
        func question(_ planned: VersionChange?) throws -> String {
            "This takes the warehouse back to version \(try planned?.target ?? version.resolve(connection).number)"
        }
        try options.perform(change, question) { isPlan, planned in
            // What was agreed to is what was shown, whatever the name means by now.
            let target = planned.map { VersionReference(number: $0.target) } ?? version
            return try Warehouse.rollBack(
                connection, to: target, from: planned?.latest, run: newRun(), job: "rollback", wait: change.lock.wait,
                isPlan: isPlan, reconnect: options.reconnect)
        }
    }
}

extension VersionOptions {
    /// Plans a change, or does it once somebody agrees, and says what became of it. `question` and `body` are given the
    /// plan that was shown, where one was.
    func perform(
        _ change: ChangeOptions, _ question: (_ planned: VersionChange?) throws -> String,
        _ body: (_ isPlan: Bool, _ planned: VersionChange?) throws -> VersionChange
    ) throws {
        guard change.plan || change.isAsking else {
            if !change.yes { try requireYes(false, question(nil)) }
            let done = try body(false, nil)
            return try answer([done.json], done.account)
        }
        let planned = try body(true, nil)
        if change.plan || planned.status == .unchanged {
            return try answer(planned.diff.lines + [planned.json], planned.account)
        }
        try requireYes(false, question(planned), account: planned.account)
        let done = try body(false, planned)
        try answer([done.json], done.account)
    }
}

extension VersionChange {
    /// What was done, or would be, for people.
    fileprivate var account: [String] {
        switch status {
        case .unchanged: return ["version \(version) holds what version \(target) did already: nothing was changed"]
        case .planned:
            return ["version \(version) would be (nothing was changed)", ""] + diff.account(members: 20) + ["", sum]
        case .committed: return ["version \(version) committed: the state of version \(target) (run \(run))", sum]
        }
    }

    private var sum: String {
        "facts: \(grouped(inserted)) in, \(grouped(updated)) changed, \(grouped(removed)) out; "
            + "net money in the warehouse: \(moneyBefore) before, \(moneyAfter) after"
    }
}
