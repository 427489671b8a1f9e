import Glibc

/// The folder that a path lies in.
public func folderOf(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Whether something is at `path`.
public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }
