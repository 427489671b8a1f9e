import Glibc
public import RDBytes

/// A program that was started, its standard input and output joined to descriptors of ours.
public final class Subprocess {
    /// How a program ended.
    public enum Ending: Equatable, Sendable {
        case exit(Int32)
        case signal(Int32)

        /// As a shell has it: the exit code, or 128 and the number of the signal.
        public var code: Int32 {
            switch self {
            case .exit(let code): code
            case .signal(let number): 128 + number
            }
        }
    }

    /// Its process id.
    public let identifier: Int32
    private let name: String
    private var ending: Ending?

    /// Starts `program`, looked for in PATH where it has no slash, with `input`, `output` and `errors` as its standard
    /// input, output and error, and `variables` (`NAME=VALUE`) as its environment, ours where they are nil. One that
    /// `leadsGroup` leads a process group of its own, which `signalGroup` reaches. A program that is not there is exit 69.
    public init(
        _ program: String, _ arguments: [String], input: Int32, output: Int32, errors: Int32 = 2,
        variables: [String]? = nil, leadsGroup: Bool = false, remedy: String? = nil
    ) throws(RDError) {
        name = program
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        if errors != 2 { posix_spawn_file_actions_adddup2(&actions, errors, 2) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        Self.resetSignals(&attributes, leadsGroup ? Int16(POSIX_SPAWN_SETPGROUP) : 0)
        let argv: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var envp: [UnsafeMutablePointer<CChar>?] = (variables ?? []).map { strdup($0) } + [nil]
        defer { for pointer in argv + envp { free(pointer) } }
        var child: pid_t = 0
        let status = envp.withUnsafeMutableBufferPointer { own in
            posix_spawnp(&child, program, &actions, &attributes, argv, variables == nil ? environ : own.baseAddress)
        }
        guard status == 0 else { throw systemError(.unavailable, "cannot run \(program)", status, remedy: remedy) }
        identifier = child
    }

    /// A program that ignores SIGPIPE because we were started so would end with an error of its own instead; and a
    /// thread of a test or of a queue has signals blocked, which a child would inherit.
    private static func resetSignals(_ attributes: inout posix_spawnattr_t, _ further: Int16) {
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK) | further)
    }

    /// How it ended, nil while it runs; does not wait. One that somebody else waited for counts as exit 255.
    public func endingSoFar() -> Ending? {
        if let ending { return ending }
        var status: Int32 = 0
        let found = waitpid(identifier, &status, WNOHANG)
        if found == 0 || (found < 0 && errno == EINTR) { return nil }
        ending = found == identifier ? Self.ending(status) : .exit(255)
        return ending
    }

    /// Signals the process group that it leads.
    public func signalGroup(_ signal: Int32) { kill(-identifier, signal) }

    /// Waits for its end.
    @discardableResult public func wait() -> Ending {
        if let ending { return ending }
        var status: Int32 = 0
        while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
        let result = Self.ending(status)
        ending = result
        return result
    }

    private static func ending(_ status: Int32) -> Ending {
        let signal = status & 0x7F
        return signal == 0 ? .exit((status >> 8) & 0xFF) : .signal(signal)
    }

    /// Waits, and throws where it failed by itself; being ended by a closed pipe is what a reader that stopped expects.
    public func waitUnlessStopped(_ what: String) throws(RDError) {
        if wait() != .signal(SIGPIPE) { try waitForSuccess(what) }
    }

    /// Waits, and throws where it did not end well: exit 74 with its name and how it ended.
    public func waitForSuccess(_ what: String) throws(RDError) {
        switch wait() {
        case .exit(0): return
        case .exit(let code): throw RDError(.io, "\(what): \(name) ended with exit code \(code)")
        case .signal(let number): throw RDError(.io, "\(what): \(name) was ended by signal \(number)")
        }
    }
}

/// Both ends of a new pipe, closed in programs that are started.
public func makePipe() throws(RDError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw systemError(.io, "cannot make a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// Closes a descriptor.
public func closeDescriptor(_ descriptor: Int32) { _ = close(descriptor) }

/// Runs `program` to its end and gives what it wrote to standard output; nil where it did not end with 0. Its standard
/// error is ours.
public func capture(_ program: String, _ arguments: [String]) throws(RDError) -> (
    ending: Subprocess.Ending, output: [UInt8]
) {
    let (read, write) = try makePipe()
    let null = open("/dev/null", O_RDONLY | O_CLOEXEC)
    defer { if null >= 0 { closeDescriptor(null) } }
    let child: Subprocess
    do {
        child = try Subprocess(program, arguments, input: max(null, 0), output: write)
    } catch {
        closeDescriptor(read)
        closeDescriptor(write)
        throw error
    }
    closeDescriptor(write)
    let source = FileSource(read, name: program, ownsDescriptor: true)
    let output: [UInt8]
    do { output = try readAll(source) } catch { throw RDError(.io, "cannot read from \(program)") }
    return (child.wait(), output)
}

/// Everything that `source` has left.
public func readAll(_ source: any ByteSource) throws -> [UInt8] {
    var all: [UInt8] = []
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { block.deallocate() }
    while true {
        let got = try source.read(into: block)
        guard got > 0 else { return all }
        all.append(contentsOf: block[..<got])
    }
}
