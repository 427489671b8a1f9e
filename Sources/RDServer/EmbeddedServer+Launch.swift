import Glibc
import RDBytes
import RDPostgres
import RDProcess

extension EmbeddedServer {
    /// Waits for a server that runs already until it answers, or is gone; false where it is to be started.
    func awaitAnswer(_ place: ServerPlace) throws -> Bool {
        for _ in 0..<1200 {
            if try session(place.conninfo(database: "postgres"), "rd-db") != nil { return true }
            guard Postmaster(data: place.data)?.isAlive == true else { return false }
            usleep(50_000)
        }
        throw RDError(
            .unavailable, "the private server in \(place.data) runs but does not answer on \(place.socketFolder)",
            remedy: "run 'rd-db down' and look at \(place.log)")
    }

    /// Starts the server and returns when it takes sessions. It stays when we go.
    func launch(_ place: ServerPlace, _ account: ServerAccount) throws {
        let programs = try PostgresPrograms.find(major: Postmaster.majorVersion(data: place.data))
        try own(folder: place.socketFolder, account)
        try rotateLog(place.log)
        let log = open(place.log, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        guard log >= 0 else { throw systemError(.cannotCreate, place.log, errno) }
        defer { closeDescriptor(log) }
        let socket = "-k '\(place.socketFolder.replacing("'", with: #"'\''"#))'"
        let command = [programs.path("pg_ctl"), "start", "-s", "-w", "-t", "120", "-D", place.data, "-o", socket]
        for attempt in 0... {
            try Postmaster(data: place.data)?.disarm(socketFolder: place.socketFolder)
            let mark = lseek(log, 0, SEEK_END)
            if try ServerProgram(account: account, command: command).run(output: log) == 0 { return }
            let said = tail(of: log, from: mark)
            // Sessions of a killed server that have not yet noticed: they do within moments.
            guard said.contains("is still in use"), attempt < 100 else { throw failure(place, said) }
            usleep(100_000)
        }
    }

    private func failure(_ place: ServerPlace, _ said: String) -> RDError {
        let isFull = said.contains("No space left on device") || said.contains("Disk quota exceeded")
        let room = freeBytes(of: place.data).map { " (\($0 >> 20) MiB left)" } ?? ""
        let why = lastLines(of: said.split { $0.isNewline }.compactMap(reason).joined(separator: "\n"))
        return RDError(
            .unavailable, "the private server in \(place.data) does not start: \(why)",
            remedy: isFull ? "free space on the disk of \(place.data)\(room) and run again" : "see \(place.log)")
    }

    /// A line of the log without its time and process; nil for one that does not help to see why.
    private func reason(_ line: Substring) -> Substring? {
        let noise = ["pg_ctl:", "Examine the log", "LOG:  starting", "LOG:  listening", "LOG:  database system"]
        if noise.contains(where: { line.contains($0) }) { return nil }
        return line.firstRange(of: "] ").map { line[$0.upperBound...] } ?? line
    }

    private func tail(of log: Int32, from mark: Int) -> String {
        let copy = dup(log)
        guard copy >= 0 else { return "" }
        lseek(copy, mark, SEEK_SET)
        let text = try? readAll(FileSource(copy, name: "the log", ownsDescriptor: true))
        return String(decoding: text ?? [], as: UTF8.self)
    }

    /// Nobody else keeps the log from growing: past 8 MiB it becomes `postgres.log.1`.
    private func rotateLog(_ path: String) throws(RDError) {
        var status = stat()
        guard stat(path, &status) == 0, status.st_size > 8 << 20 else { return }
        guard rename(path, path + ".1") == 0 else { throw systemError(.cannotCreate, path, errno) }
    }
}
