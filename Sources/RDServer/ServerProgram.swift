import Glibc
import RDBytes
import RDProcess

/// A program of PostgreSQL, run to its end as the server's user, cut loose from our own terminal and descriptors.
struct ServerProgram {
    let account: ServerAccount
    let command: [String]

    /// Runs it; what it says on standard output and error goes to `output`. A program that is not there is exit 69.
    /// - Returns: its exit code; 128 and the number where a signal ended it.
    func run(output: Int32) throws(RDError) -> Int32 {
        // In the root folder: the server's user may not be able to enter ours.
        let line = ["env", "-C", "/"] + account.commandLine(command)
        closeOthersOnExecution()
        var child: pid_t = 0
        var attributes = Self.plainSignals()
        defer { posix_spawnattr_destroy(&attributes) }
        let status = withActions(output) { actions in
            withArguments(line) { argv in
                withArguments(Self.variables()) { envp in
                    posix_spawnp(&child, line[0], actions, &attributes, argv, envp)
                }
            }
        }
        guard status == 0 else {
            throw systemError(.unavailable, "cannot run \(line[0])", status, remedy: "install it, or set PATH")
        }
        var ending: Int32 = 0
        while waitpid(child, &ending, 0) < 0, errno == EINTR {}
        let signal = ending & 0x7F
        return signal == 0 ? (ending >> 8) & 0xFF : 128 + signal
    }

    /// Runs it and gives what it said, on both its outputs.
    func capture() throws -> (code: Int32, text: String) {
        // A file and not a pipe: nobody need read while it runs.
        var template = Array("/tmp/rd-output-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw systemError(.cannotCreate, "cannot make a file in /tmp", errno) }
        unlink(template)
        let source = FileSource(descriptor, name: command[0], ownsDescriptor: true)
        let code = try run(output: descriptor)
        lseek(descriptor, 0, SEEK_SET)
        return (code, String(decoding: try readAll(source), as: UTF8.self))
    }

    /// No signal blocked or ignored, whatever the thread that we are on has: the server would inherit that for life.
    private static func plainSignals() -> posix_spawnattr_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        var all = sigset_t()
        sigfillset(&all)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        return attributes
    }

    /// Marks what we inherited beyond the standard three: the server would hold it for ever, pipes that then never end
    /// and locks that are never let go.
    private func closeOthersOnExecution() {
        for name in entries(of: "/proc/self/fd") {
            guard let descriptor = Int32(name), descriptor > 2 else { continue }
            _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        }
    }

    /// Our environment without what would steer PostgreSQL's programs, and in English, because we read what they say.
    /// The server is no part of the run that happens to start it: it has none of its names, and says that it stays.
    private static func variables() -> [String] {
        var variables: [String] = []
        var next = environ
        while let variable = next.pointee {
            let text = String(cString: variable)
            let isSteering = text.hasPrefix("PG") || text.hasPrefix("LC_") || text.hasPrefix("LANG")
            let isOfRun = ["RD_RUN_ID=", "RD_JOB=", "RD_SCHEDULED_FOR="].contains { text.hasPrefix($0) }
            if !isSteering, !isOfRun { variables.append(text) }
            next += 1
        }
        return variables + ["LC_ALL=C", "RD_OUTLIVES_RUN=1"]
    }

    /// Standard input empty, both outputs to `output`.
    private func withActions<T>(_ output: Int32, _ body: (UnsafePointer<posix_spawn_file_actions_t>) -> T) -> T {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        return body(&actions)
    }

    private func withArguments<T>(
        _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> T
    ) -> T {
        var pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
        pointers.append(nil)
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers)
    }
}
