public import ArgumentParser
import RDFilter
public import RDQuality

/// The options of a quality gate, for every filter that has one.
public struct GateOptions: ParsableArguments {
    /// The rules file; the suite's own otherwise.
    @Option(help: .init("The rules of the quality gate; pipelines/quality.yaml otherwise.", valueName: "file"))
    public var quality: String?

    /// Read on where the gate can no longer pass.
    @Flag(help: "Read to the end where the gate can no longer pass, so that all of its figures are whole.")
    public var failLate = false

    /// Measure nothing.
    @Flag(help: "Do not measure quality, and let everything pass.")
    public var noGate = false

    /// The defaults.
    public init() {}

    /// Refuses what makes no sense.
    public func validate() throws {
        if noGate, quality != nil || failLate {
            throw ValidationError("--no-gate leaves nothing for --\(failLate ? "fail-late" : "quality") to do")
        }
    }

    /// What the stage is told about its gate; `isLate` reads to the end without being asked.
    public func settings(isLate: Bool = false) throws -> GateSettings {
        if noGate { return GateSettings() }
        let json = try ConfigurationReader().read(quality, default: "quality.yaml")
        return GateSettings(try QualityRules(json), isLate: failLate || isLate)
    }
}
