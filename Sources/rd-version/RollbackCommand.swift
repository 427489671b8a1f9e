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
        let target = try version.resolve(connection)
        try options.perform(change, "This takes the warehouse back to version \(target.number)") { isPlan, latest in
            try Warehouse.rollBack(
                connection, to: target.number, from: latest, run: newRun(), job: "rollback", wait: change.lock.wait,
                isPlan: isPlan, reconnect: options.reconnect)
        }
    }
}

extension VersionOptions {
    /// Plans a change, or does it once somebody agrees, and says what became of it.
    func perform(
        _ change: ChangeOptions, _ question: String, _ body: (_ isPlan: Bool, _ latest: Int?) throws -> VersionChange
    ) throws {
        guard change.plan || change.isAsking else {
            try requireYes(change.yes, question)
            let done = try body(false, nil)
            return try answer([done.json], done.account)
        }
        let planned = try body(true, nil)
        if change.plan || planned.status == .unchanged {
            return try answer(planned.diff.lines + [planned.json], planned.account)
        }
        try requireYes(false, question, account: planned.account)
        let done = try body(false, planned.latest)
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
