import Glibc
public import RDBytes

/// A change to a file that people and other programs change too: nobody else who does it this way changes a file of the
/// same folder meanwhile, and a reader sees the file as it was or as it becomes.
///
/// The folder is locked and not the file, as the file is replaced and may not be there yet. A link stays a link: what it
/// leads to is written. Mode and owner stay those of the file.
public final class FileEdit {
    /// The file itself, no link.
    public let path: String
    /// What it holds; nil where it is not there yet.
    public let content: [UInt8]?
    /// The text that is to stand in its place, under another name: see `write`.
    public let draft: String
    private let folder: Int32
    private let status: stat?

    /// Waits until nobody else changes a file of the folder, and reads the file at `path`.
    /// - Throws: exit 66 where there is no such folder, exit 74 where it cannot be locked.
    public init(_ path: String) throws {
        let file = FileEdit.followLinks(path)
        self.path = file
        draft = "\(file).\(getpid()).new"
        folder = open(folderOf(file), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw systemError(.noInput, folderOf(file), errno) }
        let number = retryingInterrupts { [folder] in Int(flock(folder, LOCK_EX)) }.error
        guard number == 0 else {
            close(folder)
            throw systemError(.io, "cannot lock \(folderOf(file))", number)
        }
        var status = stat()
        self.status = stat(file, &status) == 0 ? status : nil
        do { content = self.status == nil ? nil : try readAll(FileSource(path: file)) } catch {
            close(folder)
            throw error
        }
    }

    deinit {
        unlink(draft)
        close(folder)
    }

    /// Writes `bytes` as the draft, which is readable for whom the file is.
    /// - Throws: exit 73 or 74 where it cannot be written, exit 77 where it cannot be given the file's owner.
    public func write(_ bytes: [UInt8]) throws {
        unlink(draft)
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot write \(draft)", errno) }
        do {
            try keepOwner(descriptor)
            try bytes.withUnsafeBytes { try FileSink(descriptor, name: draft).write($0) }
            guard fsync(descriptor) == 0 else { throw systemError(.io, "cannot write \(draft)", errno) }
        } catch {
            close(descriptor)
            throw error
        }
        try FileSink(descriptor, name: draft).close()
    }

    private func keepOwner(_ descriptor: Int32) throws(RDError) {
        guard let status else {
            let mask = umask(0)
            umask(mask)
            fchmod(descriptor, 0o666 & ~mask)
            return
        }
        let isOurs = status.st_uid == geteuid() && status.st_gid == getegid()
        guard isOurs || fchown(descriptor, status.st_uid, status.st_gid) == 0 else {
            throw systemError(
                .permission, "cannot keep the owner of \(path)", errno, remedy: "do this as the user whose file it is")
        }
        // After the owner, whose change takes set-id bits away.
        fchmod(descriptor, status.st_mode & 0o7777)
    }

    /// Puts the draft into the file's place, on the disk too.
    /// - Throws: exit 73 where that cannot be done; the file is as it was then.
    public func commit() throws(RDError) {
        guard rename(draft, path) == 0 else { throw systemError(.cannotCreate, "cannot write \(path)", errno) }
        fsync(folder)
    }

    /// Where `path` leads to, also where nothing is there.
    private static func followLinks(_ path: String) -> String {
        var path = path
        // More links than that lead nowhere, for the kernel too.
        for _ in 0..<40 {
            var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
            let count = target.withUnsafeMutableBytes {
                readlink(path, $0.baseAddress!.assumingMemoryBound(to: CChar.self), $0.count)
            }
            guard count > 0 else { return path }
            let text = String(decoding: target[..<count], as: UTF8.self)
            path = text.hasPrefix("/") ? text : "\(folderOf(path))/\(text)"
        }
        return path
    }
}
