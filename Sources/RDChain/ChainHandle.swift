import CRDChain
import Glibc
public import RDBytes
import RDProcess

/// A chain that was started, held by its keeper. The one who started it waits for `descriptor`, then calls `close`.
public struct ChainHandle: Sendable {
    /// The keeper's process id.
    public let keeper: Int32
    /// When the keeper was started, in the kernel's ticks since the machine was.
    public let startTicks: UInt64
    /// The identity of the machine's start.
    public let bootID: String
    /// A pidfd of the keeper, readable when it has ended and its result is there.
    public let descriptor: Int32
    /// The keeper ends its chain when the other end of this closes, so also when this process dies.
    let control: Int32

    /// Asks the keeper to end the chain: TERM to all its processes, and KILL after the grace.
    public func terminate() { _ = rd_pidfd_signal(descriptor, SIGTERM) }

    /// Asks the keeper to kill the chain at once. The keeper itself is not killed: it has a result to write.
    public func kill() { _ = rd_pidfd_signal(descriptor, SIGQUIT) }

    /// Waits until the keeper has ended, reaps it and closes the descriptors; the handle is of no use from then on. Gives
    /// the keeper's own exit code: 0 where it has written a result, 128 and the number of a signal that killed it.
    @discardableResult public func close() -> Int32 {
        var status: Int32 = 0
        while waitpid(keeper, &status, 0) < 0, errno == EINTR {}
        _ = Glibc.close(descriptor)
        _ = Glibc.close(control)
        return exitCodeOf(status)
    }
}

/// Starts a keeper that runs `order` and writes its result to `path`. `command` is the keeper's executable and its
/// arguments, one that calls `keepChain`: this very executable called with `keep` where nothing else is said. The order
/// goes over a socket and not over the command line. A keeper that cannot be started is exit 75; one whose result has no
/// room on the disk is not started: exit 73 or 74.
public func startChain(
    _ order: ChainOrder, result path: String, keeper command: [String] = ["/proc/self/exe", "keep"]
) throws(RDError) -> ChainHandle {
    try reserveChainResult(path, for: order.text)
    let (ours, theirs) = try makeSocketPair()
    let child: pid_t
    do {
        child = try spawnKeeper(command, control: theirs, echo: order.echo)
    } catch {
        close(ours)
        close(theirs)
        throw error
    }
    close(theirs)
    let descriptor = rd_pidfd_open(child)
    guard descriptor >= 0 else {
        let number = errno
        close(ours)
        kill(child, SIGKILL)
        waitpid(child, nil, 0)
        throw systemError(.temporary, "cannot watch the keeper", number)
    }
    send(KeeperOrder(order: order, result: path).json.text + "\n", to: ours)
    let ticks = ProcessStat(child)?.startTicks ?? 0
    return ChainHandle(
        keeper: child, startTicks: ticks, bootID: currentBootID(), descriptor: descriptor, control: ours)
}

/// The identity of the machine's start.
public func currentBootID() -> String {
    let text = readProc("/proc/sys/kernel/random/boot_id") ?? []
    return String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
}

/// When a process was started, in the kernel's ticks since the start of the machine; nil where there is none.
public func startTicks(of process: Int32) -> UInt64? { ProcessStat(process)?.startTicks }

/// Whether a process of that mark still runs, for whoever finds it in a journal.
public func isAlive(keeper: Int32, startTicks: UInt64, bootID: String) -> Bool {
    guard bootID == currentBootID(), let stat = ProcessStat(keeper) else { return false }
    return stat.startTicks == startTicks && !stat.hasEnded
}

private func makeSocketPair() throws(RDError) -> (Int32, Int32) {
    var ends: [Int32] = [0, 0]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
        throw systemError(.temporary, "cannot make a socket", errno)
    }
    return (ends[0], ends[1])
}

/// A keeper that dies before it has read its order is found by its pidfd; nothing is to be said here.
private func send(_ text: String, to socket: Int32) {
    let bytes = Array(text.utf8)
    var done = 0
    while done < bytes.count {
        let sent = bytes.withUnsafeBytes { space in
            retryingInterrupts {
                Glibc.send(socket, space.baseAddress! + done, space.count - done, Int32(MSG_NOSIGNAL))
            }
        }
        guard sent.result > 0 else { return }
        done += sent.result
    }
}

private func spawnKeeper(_ command: [String], control: Int32, echo: Bool) throws(RDError) -> pid_t {
    let null = open("/dev/null", O_RDWR | O_CLOEXEC)
    guard null >= 0 else { throw systemError(.temporary, "cannot open /dev/null", errno) }
    defer { close(null) }
    let descriptors = [null, echo ? 1 : null, echo ? 2 : null, control]
    var child: pid_t = 0
    let status = withCStrings(command) { arguments in
        rd_spawn(&child, command[0], arguments, environ, descriptors)
    }
    guard status == 0 else { throw systemError(.temporary, "cannot start a keeper", status) }
    return child
}

/// Calls `body` with a C array of C strings that ends with a null.
func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    let pointers: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
}
