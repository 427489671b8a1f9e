public import RDAlert
import RDBytes

/// The alert log: a file of one JSON object a line, which others may be appending to at the same time.
public struct AlertLog: Sendable {
    /// The file.
    public let path: String

    /// The log at `path`; file and folder are made where they are missing.
    public init(path: String) { self.path = path }

    /// Appends what happened at `moment`, in milliseconds since 1970: each line in one write to the end of the file, so
    /// that lines never mix. A file that cannot be made is exit 73, one that cannot be written 74.
    public func append(_ notices: [AlertNotice], at moment: Int64) throws {
        try appendLines(notices.map { $0.logLine(at: moment).text }, to: path, mode: 0o644)
    }
}
