import RDBytes
import RDPostgres
import RDWarehouse
import Testing

@Suite struct CommitOutcomeTests {
    /// The number of a transaction that ended with `ending`, and a way to its database.
    private func ended(_ ending: String) throws -> (number: String, conninfo: String) {
        let conninfo = try WarehouseServer.makeDatabase()
        let connection = try Connection(conninfo, applicationName: "test")
        try connection.script("BEGIN; CREATE TABLE t (i int)")
        let number = try connection.value("SELECT txid_current()::text") ?? ""
        try connection.script(ending)
        return (number, conninfo)
    }

    @Test(arguments: [("COMMIT", CommitOutcome.committed), ("ROLLBACK", .aborted)])
    func theServerIsAskedUntilItAnswers(_ ending: String, _ outcome: CommitOutcome) throws {
        let (number, conninfo) = try ended(ending)
        var questions = 0
        let found = CommitOutcome(of: number, pauses: [0, 1, 1, 1]) {
            questions += 1
            guard questions > 3 else { throw RDError(.temporary, "the database system is starting up") }
            return try Connection(conninfo, applicationName: "test")
        }
        #expect(found == outcome)
        #expect(questions == 4)
    }

    @Test func whatNobodySaysIsNotKnown() throws {
        let found = CommitOutcome(of: "1", pauses: [0, 1]) {
            throw RDError(.temporary, "the database system is starting up")
        }
        #expect(found == .unknown)
    }

    @Test func aTransactionThatIsStillOpenIsAskedForAgain() throws {
        let conninfo = try WarehouseServer.makeDatabase()
        let connection = try Connection(conninfo, applicationName: "test")
        try connection.script("BEGIN")
        let number = try connection.value("SELECT txid_current()::text") ?? ""
        var questions = 0
        let found = CommitOutcome(of: number, pauses: [0, 1, 1]) {
            questions += 1
            if questions == 3 { try connection.script("COMMIT") }
            return try Connection(conninfo, applicationName: "test")
        }
        #expect(found == .committed)
    }
}
