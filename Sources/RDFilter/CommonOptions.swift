public import ArgumentParser
public import RDProcess

extension LogFormat: ExpressibleByArgument {}

/// The options that every executable of the suite has.
public struct CommonOptions: ParsableArguments {
    /// How lines on standard error look.
    @Option(help: "Lines on standard error: text, json, or auto (text on a terminal, JSON elsewhere).")
    public var logFormat: LogFormat = .auto

    /// Say nothing but warnings and errors.
    @Flag(name: .shortAndLong, help: "Say nothing on standard error but warnings and errors.")
    public var quiet = false

    /// The defaults.
    public init() {}

    /// Where event lines go, as the options ask for.
    public func log(_ name: String) -> Log { Log(name: name, format: logFormat, isQuiet: quiet) }
}

/// The options that every filter of the record stream has.
public struct StreamOptions: ParsableArguments {
    /// The options that every executable has.
    @OptionGroup(visibility: .default) public var common: CommonOptions

    /// Write records only.
    @Flag(help: "Write records only, without the stream's control lines.")
    public var bare = false

    /// Treat warnings as errors.
    @Flag(help: "Treat warnings as errors: give up instead of closing the stream, and exit 65.")
    public var strict = false

    /// Records between two reports of progress.
    @Option(help: "Report progress every so many records (on a terminal).")
    public var chunkSize = 1000

    /// The defaults.
    public init() {}

    /// Refuses what makes no sense.
    public func validate() throws {
        guard chunkSize > 0 else { throw ValidationError("--chunk-size must be at least 1") }
    }
}

/// An executable's command: it knows how its event lines look, so that its errors look alike.
public protocol SuiteCommand: ParsableCommand {
    /// The options that every executable has.
    var common: CommonOptions { get }
}
