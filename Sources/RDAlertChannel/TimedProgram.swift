import Glibc
import RDBytes
import RDProcess

/// A program that is given its input at once and may take only so long.
struct TimedProgram {
    let name: String
    let arguments: [String]
    let timeout: Int
    let surroundings: Surroundings

    /// Runs it to its end in a process group of its own; past the time the whole group is ended. What it writes to
    /// standard output is dropped; the last line of its standard error is part of the failure.
    func run(_ input: String) throws(DeliveryFailure) {
        let files: (input: TemporaryFile, errors: TemporaryFile)
        do {
            files = (try TemporaryFile(), try TemporaryFile())
            try Array(input.utf8).withUnsafeBytes { try files.input.append($0) }
        } catch {
            throw DeliveryFailure("\(error)", mayPass: true)
        }
        let child = try start(input: files.input.descriptor, errors: files.errors.descriptor)
        guard let status = wait(for: child) else {
            end(child)
            throw DeliveryFailure("\(name) took longer than \(timeout) s and was ended", mayPass: true)
        }
        // What it left behind in the background has no business to go on.
        kill(-child, SIGKILL)
        try check(status, lastLine(files.errors.descriptor))
    }

    private func check(_ status: Int32, _ words: String) throws(DeliveryFailure) {
        let signal = status & 0x7F
        let code = (status >> 8) & 0xFF
        if signal == 0 && code == 0 { return }
        let ending = signal == 0 ? "ended with exit code \(code)" : "was ended by signal \(signal)"
        let said = words.isEmpty ? "" : ": \(words)"
        // sysexits: what is there and refuses is tried no more, but that there is no such program or that it must not run.
        let isFinal = signal == 0 && [64, 65, 66, 67, 68, 76, 77, 78, 126, 127].contains(code)
        throw DeliveryFailure("\(name) \(ending)\(said)", mayPass: !isFinal)
    }

    private func start(input: Int32, errors: Int32) throws(DeliveryFailure) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP))
        var argv: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
        argv.append(nil)
        defer { for pointer in argv { free(pointer) } }
        var child: pid_t = 0
        let status = posix_spawnp(&child, name, &actions, &attributes, argv, environ)
        guard status == 0 else {
            throw DeliveryFailure("cannot run \(name): \(String(cString: strerror(status)))")
        }
        return child
    }

    /// Its status; nil where it is still running after the time.
    private func wait(for child: pid_t, milliseconds limit: Int? = nil) -> Int32? {
        var waited = 0
        var step = 1
        while true {
            var status: Int32 = 0
            let (found, error) = retryingInterrupts { Int(waitpid(child, &status, WNOHANG)) }
            if found != 0 { return error == 0 ? status : -1 }
            guard waited < limit ?? timeout * 1000 else { return nil }
            poll(nil, 0, Int32(step))
            waited += step
            step = min(step * 2, 50)
        }
    }

    private func end(_ child: pid_t) {
        kill(-child, SIGTERM)
        let isGone = wait(for: child, milliseconds: 1000) != nil
        kill(-child, SIGKILL)
        if !isGone { _ = wait(for: child, milliseconds: 1000) }
    }

    private func lastLine(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let size = Int(lseek(descriptor, 0, SEEK_END))
        let count = pread(descriptor, &bytes, bytes.count, off_t(max(size - bytes.count, 0)))
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        let line = text.split(whereSeparator: \.isNewline).last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return String(line.prefix(200))
    }
}
