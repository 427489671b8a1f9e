import Glibc
import RDProcess

/// Takes what a chain writes, for its log and, where it is asked for, for the output of whoever started it.
struct Relay {
    /// The end to read from; -1 once nobody can write any more.
    private(set) var source: Int32
    /// Where a copy goes; -1 for nowhere, and once that reader is gone.
    private var copy: Int32
    private let block: UnsafeMutableRawBufferPointer

    /// At most this much is copied at a time: a pipe that is ready takes it without waiting (PIPE_BUF).
    private static let copiedAtATime = 4096

    init(source: Int32, copy: Int32) {
        self.source = source
        self.copy = copy
        block = .allocate(byteCount: copy >= 0 ? Self.copiedAtATime : 1 << 16, alignment: 16)
        _ = fcntl(source, F_SETFL, O_NONBLOCK)
    }

    /// What poll has to wait for: bytes to read, and first of all room for their copy.
    var waiting: pollfd {
        if isHeldUp { return pollfd(fd: copy, events: Int16(POLLOUT), revents: 0) }
        return pollfd(fd: source, events: Int16(POLLIN), revents: 0)
    }

    /// True where there may be something to read, and the reader of the copy is slow.
    var isHeldUp: Bool { source >= 0 && copy >= 0 && !isWritable }

    private var isWritable: Bool {
        var poller = pollfd(fd: copy, events: Int16(POLLOUT), revents: 0)
        return poll(&poller, 1, 0) > 0
    }

    /// Takes what is there, at most so many blocks of it, so that a chain that writes without end keeps the keeper from
    /// nothing.
    mutating func take(into log: inout RunLog, blocks: Int = 64) {
        var left = blocks
        while left > 0, takeBlock(into: &log) > 0 { left -= 1 }
    }

    /// Takes a block, and gives its size; 0 where nothing is there, nothing will be, or the copy has to wait.
    mutating func takeBlock(into log: inout RunLog) -> Int {
        guard source >= 0, !isHeldUp else { return 0 }
        let (count, _) = retryingInterrupts { read(source, block.baseAddress, block.count) }
        if count == 0 { close() }
        guard count > 0 else { return 0 }
        let bytes = UnsafeRawBufferPointer(rebasing: block[..<count])
        log.write(bytes)
        if copy >= 0, !writeCopy(bytes) { forgetReader() }
        return count
    }

    /// Copies no more.
    mutating func forgetReader() { copy = -1 }

    private func writeCopy(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var done = 0
        while done < bytes.count {
            let count = write(copy, bytes.baseAddress! + done, bytes.count - done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    mutating func close() {
        if source >= 0 { Glibc.close(source) }
        source = -1
    }
}
