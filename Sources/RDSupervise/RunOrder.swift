import Glibc
import RDBytes
public import RDChain
import RDProcess
public import RDSchedule

/// Where jobs are run: what they get beside their own settings.
public struct RunSite: Sendable {
    /// The folder of the timetable.
    public let folder: String
    /// The folder of the suite's executables, which commands find first.
    public let executables: String
    /// The environment of the scheduler, `NAME=VALUE` each.
    public let environment: [String]

    /// A site.
    public init(folder: String, executables: String, environment: [String]) {
        self.folder = folder
        self.executables = executables
        self.environment = environment
    }

    /// What the keeper of `run` is asked to do. A variables' file that is missing is exit 66, one that is wrong 78.
    public func order(_ job: Job, _ run: Run, log: String) throws -> ChainOrder {
        let place = path(job.folder ?? ".")
        let file = path(job.command, in: place)
        let isWord = !job.command.contains { $0.isWhitespace || "|&;<>()$`\\\"'*?[#~{}!".contains($0) }
        let isFile = isWord && job.command.contains("/") && isRegular(file) && !isExecutable(file)
        return ChainOrder(
            text: isFile ? file : job.command, isFile: isFile, environment: try variables(job, run),
            workingDirectory: place, nice: job.niceness, log: log, grace: Int(job.grace),
            timeout: job.timeout.map(Int.init))
    }

    /// The whole environment of a run: the scheduler's, then the file's, then the job's, then what says which run it is.
    public func variables(_ job: Job, _ run: Run) throws -> [String] {
        var all: [(name: String, value: String)] = environment.compactMap { text in
            guard let sign = text.firstIndex(of: "=") else { return nil }
            return (String(text[..<sign]), String(text[text.index(after: sign)...]))
        }
        let search = all.last { $0.name == "PATH" }?.value ?? "/usr/local/bin:/usr/bin:/bin"
        all.append(("PATH", "\(executables):\(search)"))
        if let file = job.environmentFile { all += try VariablesFile.read(path(file)) }
        all += job.environment.map { ($0.name, $0.value) }
        all += [
            ("RD_RUN_ID", run.id), ("RD_JOB", run.job), ("RD_SCHEDULED_FOR", job.zone.iso8601(run.date)),
            ("RD_ATTEMPT", String(run.attempt)),
        ]
        if let file = run.file { all.append(("RD_FILE", file)) }
        var last: [String: String] = [:]
        for (name, value) in all { last[name] = value }
        return last.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    }

    /// A path from the timetable's folder on.
    public func path(_ path: String) -> String { self.path(path, in: folder) }

    private func path(_ path: String, in folder: String) -> String {
        if path.hasPrefix("/") { return path }
        return path == "." ? folder : "\(folder)/\(path)"
    }

    private func isRegular(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}

/// A file of variables, `NAME=VALUE` a line, as systemd and docker read them.
enum VariablesFile {
    static func read(_ path: String) throws -> [(name: String, value: String)] {
        var found: [(String, String)] = []
        for (number, line) in textLines(try readAll(FileSource(path: path))).enumerated() {
            var line = line.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("export ") { line = line.dropFirst(7) }
            guard let sign = line.firstIndex(of: "="), sign > line.startIndex,
                line[..<sign].allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") })
            else { throw RDError(.configuration, "\(path), line \(number + 1): expected NAME=VALUE") }
            found.append((String(line[..<sign]), unquoted(line[line.index(after: sign)...])))
        }
        return found
    }

    private static func unquoted(_ text: Substring) -> String {
        let value = String(text.reversed().drop { $0.isWhitespace }.reversed())
        guard value.count >= 2, let first = value.first, first == value.last, "\"'".contains(first) else {
            return value
        }
        return String(value.dropFirst().dropLast())
    }
}
