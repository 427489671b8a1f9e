import RDPostgres
import RDProcess
import Testing

/// Random histories of loads, rollbacks, prunes, snapshots, restores, archives and retention, each driven through the real
/// code and compared with the model after every step. `RD_MODEL_SEQUENCES` sets how many (40), `RD_MODEL_STEPS` how long
/// (8), `RD_MODEL_SEED` which is the first (1). Beside these, which are the same every day, `RD_MODEL_FRESH` sequences (4)
/// are new each day; what fails is told with its seed.
@Suite struct HistoryModelTests {
    private static func setting(_ name: String, _ value: Int) -> Int { environment(name).flatMap { Int($0) } ?? value }

    private static var seeds: [Int] {
        let first = setting("RD_MODEL_SEED", 1)
        let today = Int(Clock.unixMilliseconds() / 86_400_000) * 1_000
        return Array(first..<first + setting("RD_MODEL_SEQUENCES", 40))
            + Array(today..<today + setting("RD_MODEL_FRESH", 4))
    }

    @Test func whateverWasDoneTheWarehouseIsWhatItShouldBe() throws {
        let steps = Self.setting("RD_MODEL_STEPS", 8)
        for seed in Self.seeds {
            var world = SalesWorld(seed: UInt64(seed))
            guard let found = HistoryShrinker.firstFailure(world.steps(steps)) else { continue }
            Issue.record("RD_MODEL_SEED=\(seed), \(found.text)")
            return
        }
    }
}
