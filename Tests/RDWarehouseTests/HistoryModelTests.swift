import RDPostgres
import RDProcess
import Testing

/// Random histories of loads and rollbacks, each driven through the real loader and compared with the model after every
/// step. `RD_MODEL_SEQUENCES` sets how many (40), `RD_MODEL_STEPS` how long (8), `RD_MODEL_SEED` which is the first (1).
@Suite struct HistoryModelTests {
    private static func setting(_ name: String, _ value: Int) -> Int { environment(name).flatMap { Int($0) } ?? value }

    @Test func whateverWasLoadedTheWarehouseIsWhatItShouldBe() throws {
        let first = Self.setting("RD_MODEL_SEED", 1)
        let steps = Self.setting("RD_MODEL_STEPS", 8)
        for seed in first..<first + Self.setting("RD_MODEL_SEQUENCES", 40) {
            var world = SalesWorld(seed: UInt64(seed))
            guard let found = HistoryShrinker.firstFailure(world.steps(steps)) else { continue }
            Issue.record("seed \(seed), \(found.text)")
            return
        }
    }
}
