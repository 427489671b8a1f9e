import Glibc
import RDAlert
import RDBytes
import RDProcess

/// A program that is given its input at once and may take only so long.
struct TimedProgram {
    let name: String
    let arguments: [String]
    let timeout: Int
    /// What it may not be quoted with.
    let secrets: KnownSecrets

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
        let child: Subprocess
        do {
            let null = try FileSink(creating: "/dev/null")
            child = try Subprocess(
                name, arguments, input: files.input.descriptor, output: null.descriptor,
                errors: files.errors.descriptor, leadsGroup: true)
        } catch {
            throw DeliveryFailure(error.message)
        }
        guard let ending = wait(for: child, milliseconds: timeout * 1000) else {
            end(child)
            throw DeliveryFailure("\(name) took longer than \(timeout) s and was ended", mayPass: true)
        }
        // What it left behind in the background has no business to go on.
        child.signalGroup(SIGKILL)
        try check(ending, lastLine(files.errors.descriptor))
    }

    private func check(_ ending: Subprocess.Ending, _ words: String) throws(DeliveryFailure) {
        let said = words.isEmpty ? "" : ": \(words)"
        switch ending {
        case .exit(0): return
        case .exit(let code):
            // sysexits: what is there and refuses is tried no more, but that there is no such program or that it must not run.
            let isFinal = [64, 65, 66, 67, 68, 76, 77, 78, 126, 127].contains(code)
            throw DeliveryFailure("\(name) ended with exit code \(code)\(said)", mayPass: !isFinal)
        case .signal(let number):
            throw DeliveryFailure("\(name) was ended by signal \(number)\(said)", mayPass: true)
        }
    }

    /// How it ended; nil where it is still running after the time.
    private func wait(for child: Subprocess, milliseconds limit: Int) -> Subprocess.Ending? {
        var waited = 0
        var step = 1
        while true {
            if let ending = child.endingSoFar() { return ending }
            guard waited < limit else { return nil }
            poll(nil, 0, Int32(step))
            waited += step
            step = min(step * 2, 50)
        }
    }

    private func end(_ child: Subprocess) {
        child.signalGroup(SIGTERM)
        let isGone = wait(for: child, milliseconds: 1000) != nil
        child.signalGroup(SIGKILL)
        if !isGone { _ = wait(for: child, milliseconds: 1000) }
    }

    /// The last line that says something, without secrets: they are taken out before it is cut, since half of one is not
    /// found any more. Of a line whose beginning is out of reach nothing is said.
    private func lastLine(_ descriptor: Int32) -> String {
        var bytes = [UInt8](repeating: 0, count: Self.reach)
        let size = Int(lseek(descriptor, 0, SEEK_END))
        let count = pread(descriptor, &bytes, bytes.count, off_t(max(size - bytes.count, 0)))
        let text = String(decoding: bytes.prefix(max(count, 0)), as: UTF8.self)
        var lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        if size > bytes.count { lines.removeFirst() }
        let line = lines.last { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return String(KnownSecrets.maskedURLs(in: secrets.hidden(in: String(line))).prefix(200))
    }

    private static let reach = 1 << 16
}
