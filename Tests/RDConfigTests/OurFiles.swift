import Foundation

/// The text of a file of `pipelines/`.
func ours(_ name: String) throws -> String {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    return try String(contentsOf: folder.appending(path: "pipelines/\(name)"), encoding: .utf8)
}
