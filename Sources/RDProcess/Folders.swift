import Glibc
public import RDBytes

/// Where the suite's own files are, found from where the executable is.
public struct Folders: Sendable {
    /// The checkout that the executable was built in; nil where it is installed.
    public let checkout: String?
    /// The folder of the running executable.
    public let executables: String

    /// Looks from the running executable upwards.
    public init() { self.init(executables: executableFolder()) }

    /// Looks from `executables` upwards: the nearest folder that has `Package.swift`, `sql` and `pipelines` is the
    /// checkout.
    public init(executables: String) {
        self.executables = executables
        var folder = executables
        while true {
            if ["/Package.swift", "/sql", "/pipelines"].allSatisfy({ access(folder + $0, F_OK) == 0 }) {
                checkout = folder
                return
            }
            guard let slash = folder.lastIndex(of: "/"), slash > folder.startIndex else { break }
            folder = String(folder[..<slash])
        }
        checkout = nil
    }

    /// The folder that holds `sql` and `pipelines`: `RD_SHARE`, the checkout, or the share folder beside `bin`.
    public var share: String {
        environment("RD_SHARE") ?? checkout ?? "\(executables)/../share/retail-data-platform"
    }

    /// The state folder: `RD_HOME`, `.rd` in the checkout, or the user's state folder.
    public var home: String {
        if let given = environment("RD_HOME") { return given }
        if let checkout { return checkout + "/.rd" }
        let state = environment("XDG_STATE_HOME") ?? (environment("HOME") ?? "/var/lib") + "/.local/state"
        return state + "/retail-data-platform"
    }
}

/// Makes a folder and those above it, where they are missing. A failure is exit 73.
public func makeFolder(_ path: String, mode: UInt32 = 0o755) throws(RDError) {
    if exists(path) { return }
    let above = folderOf(path)
    // A working folder that was removed is above itself.
    if above != path { try makeFolder(above, mode: mode) }
    guard mkdir(path, mode) == 0 || errno == EEXIST else {
        throw systemError(.cannotCreate, "cannot make \(path)", errno)
    }
}

/// The folder that a path lies in.
public func folderOf(_ path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Whether something is at `path`.
public func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

/// The path from the root, for what is kept and read by others, who may be anywhere.
public func absolutePath(_ path: String) -> String {
    if path.hasPrefix("/") { return path }
    guard let here = getcwd(nil, 0) else { return path }
    defer { free(here) }
    return "\(String(cString: here))/\(path)"
}

/// The one path from the root that a file has however it is spelled: without `.`, `..`, doubled slashes and links. Of a
/// file that is not there, or not yet, the folder counts.
public func canonicalPath(_ path: String) -> String {
    let whole = absolutePath(path)
    if let real = realPath(whole) { return real }
    guard let name = whole.split(separator: "/").last, let folder = realPath(folderOf(whole)) else { return whole }
    return folder == "/" ? "/\(name)" : "\(folder)/\(name)"
}

private func realPath(_ path: String) -> String? {
    guard let real = realpath(path, nil) else { return nil }
    defer { free(real) }
    return String(cString: real)
}

/// Puts `bytes` into the file `path` so that a reader sees all or nothing of them. A failure is exit 73 or 74 and
/// leaves the file as it was.
public func writeAtomically(_ bytes: [UInt8], to path: String) throws {
    let temporary = "\(path).\(getpid()).tmp"
    let sink = try FileSink(creating: temporary)
    do {
        do {
            try bytes.withUnsafeBytes { try sink.write($0) }
        } catch {
            closeDescriptor(sink.descriptor)
            throw error
        }
        try sink.close()
        guard rename(temporary, path) == 0 else { throw systemError(.cannotCreate, "cannot write \(path)", errno) }
    } catch {
        unlink(temporary)
        throw error
    }
}

/// Removes a file; one that is not there is no trouble.
public func removeFile(_ path: String) { unlink(path) }

/// True for a file that the user may read.
public func isReadable(_ path: String) -> Bool { access(path, R_OK) == 0 }

/// True for a file that the user, or root, owns: one that somebody else put there does not count.
public func isOwnFile(_ path: String) -> Bool {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return false }
    return status.st_uid == geteuid() || status.st_uid == 0
}

/// True for a file that may be run.
public func isExecutable(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && access(path, X_OK) == 0
}

/// The names in a folder, in no order. A folder that cannot be read is exit 66.
public func filesOf(_ folder: String) throws(RDError) -> [String] {
    guard let handle = opendir(folder) else { throw systemError(.noInput, folder, errno) }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
        let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
            pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        }
        if name != ".", name != ".." { names.append(name) }
    }
    return names
}
