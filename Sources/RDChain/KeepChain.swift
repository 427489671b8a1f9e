import CRDChain
import Glibc
import RDBytes
import RDProcess

/// What the keeper's process does from its beginning to its end: reads an order from the socket `control`, runs it and
/// writes its result. Gives the keeper's own exit code: 0 where the result was written. An executable that `startChain`
/// is told to start calls it first of all, before it starts a thread.
public func keepChain(control: Int32 = 3) -> Int32 {
    guard let keeper = readOrder(control) else { return ExitCode.usage.rawValue }
    _ = fcntl(control, F_SETFD, FD_CLOEXEC)
    let signals = rd_listen()
    guard signals >= 0, rd_become_subreaper() == 0 else { return ExitCode.unavailable.rawValue }
    var run = Keeper(keeper.order, control: control, signals: signals)
    let result = run.run()
    do throws(RDError) { try writeChainResult(result, to: keeper.result) } catch { return error.exitCode.rawValue }
    return 0
}

/// The order, which is one line; nil where none came.
private func readOrder(_ control: Int32) -> KeeperOrder? {
    var line: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 1 << 16)
    while line.last != 0x0A {
        let (count, _) = retryingInterrupts { read(control, &block, block.count) }
        guard count > 0 else { return nil }
        line += block[..<count]
    }
    guard let json = try? JSONValue(parsing: String(decoding: line, as: UTF8.self)) else { return nil }
    return KeeperOrder(json)
}
