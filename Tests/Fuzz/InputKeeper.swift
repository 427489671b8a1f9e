import Glibc
import RDBytes
import RDProcess

/// Keeps the input that is being used in a file mapped into memory, which the system writes out whatever becomes of the
/// process; and tells of the file when the process crashes or hangs.
final class InputKeeper {
    private static let capacity = 8 << 20

    private let path: String
    private let descriptor: Int32
    private let memory: UnsafeMutableRawPointer

    init(_ name: String, folder: String, seed: UInt64) throws {
        path = "\(folder)/rd-fuzz-\(name)-\(seed)"
        descriptor = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0, ftruncate(descriptor, off_t(Self.capacity)) == 0,
            let mapped = mmap(nil, Self.capacity, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor, 0),
            mapped != MAP_FAILED
        else { throw systemError(.cannotCreate, "cannot make \(path)", errno) }
        memory = mapped
        crash.arm(
            descriptor,
            "rd-fuzz \(name), seed \(seed): crashed or hung; run again: rd-fuzz \(name) --input \(path)\n")
    }

    /// Keeps `input` from now on.
    func keep(_ input: [UInt8]) {
        let size = min(input.count, Self.capacity)
        input.withUnsafeBytes { bytes in
            if let base = bytes.baseAddress { memory.copyMemory(from: base, byteCount: size) }
        }
        crash.size = size
        alarm(60)
    }

    /// Leaves the file with the input that was kept last, and gives its path.
    func leave() -> String {
        _ = ftruncate(descriptor, off_t(crash.size))
        return path
    }

    /// Takes the file away: nothing happened.
    func remove() { unlink(path) }
}

/// What a signal handler may touch: nothing that allocates.
private struct Crash {
    var descriptor: Int32 = -1
    var size = 0
    var message = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    mutating func arm(_ descriptor: Int32, _ text: String) {
        self.descriptor = descriptor
        message = .allocate(byteCount: text.utf8.count, alignment: 1)
        message.copyBytes(from: text.utf8)
        for number in [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGFPE, SIGABRT, SIGALRM] {
            signal(number) { number in
                _ = ftruncate(crash.descriptor, off_t(crash.size))
                _ = write(2, crash.message.baseAddress, crash.message.count)
                signal(number, SIG_DFL)
                raise(number)
            }
        }
    }
}

nonisolated(unsafe) private var crash = Crash()
