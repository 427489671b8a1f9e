import CRDChain
import Glibc
import RDBytes
import RDProcess

extension Keeper {
    /// Starts the chain: each stage of a plain pipeline by itself, anything else as one bash.
    mutating func start() {
        do {
            let outputs = try openOutputs()
            defer { for end in Set(outputs) { close(end) } }
            try startProcesses(outputs)
        } catch {
            reason = error.description
            startFailure = error.exitCode.rawValue
            // Whatever runs already must not go on without the rest.
            phase = .ending(killAt: moment(began, afterSeconds: order.grace))
        }
    }

    /// Where stages write: one pipe for both, so that lines stay in their order; two where they are copied to two.
    private mutating func openOutputs() throws(RDError) -> [Int32] {
        var ends: [Int32] = []
        for copy in order.echo ? [Int32(1), 2] : [-1] {
            let (read, write) = try makeStagePipe()
            relays.append(Relay(source: read, copy: copy))
            ends.append(write)
        }
        return [ends[0], ends[ends.count - 1]]
    }

    private mutating func startProcesses(_ outputs: [Int32]) throws(RDError) {
        let shell = try shellPath()
        let pipeline = order.isFile ? nil : PlainPipeline(order.text)
        if pipeline == nil { samples = ProgramSamples() }
        let texts = pipeline?.stages ?? [order.text]
        let scripts = pipeline?.scripts ?? texts
        var input = try openInput()
        defer { if input >= 0 { close(input) } }
        for (index, text) in texts.enumerated() {
            let isLast = index == texts.count - 1
            let link = isLast ? (read: Int32(-1), write: outputs[0]) : try makeStagePipe()
            defer { if !isLast { close(link.write) } }
            let words = [shell, "-o", "pipefail"] + (order.isFile ? ["--", text] : ["-c", "--", scripts[index]])
            let child = fork(words, input: input, output: link.write, errors: outputs[1])
            let number = errno
            if input >= 0 { close(input) }
            input = link.read
            guard child > 0 else { throw systemError(.temporary, "cannot start a stage", number) }
            if group == 0 { group = child }
            stages.append(StageWatch(command: text, process: child, began: Clock.monotonicNanoseconds()))
        }
    }

    /// What the first stage reads.
    private func openInput() throws(RDError) -> Int32 {
        guard let text = order.input else { return open("/dev/null", O_RDONLY | O_CLOEXEC) }
        let file = try TemporaryFile()
        do { try Array(text.utf8).withUnsafeBytes { try file.append($0) } } catch {
            throw RDError(.io, "cannot write what the chain is to read")
        }
        // The file was written by offset, so that its place is still at the beginning.
        return dup(file.descriptor)
    }

    private func fork(_ words: [String], input: Int32, output: Int32, errors: Int32) -> pid_t {
        withCStrings(words) { argv in
            withCStrings(order.environment) { envp in
                withFolder { folder in
                    var stage = rd_stage(
                        argv: argv, envp: envp, folder: folder, input: input, output: output, errors: errors,
                        group: group, niceness: Int32(order.nice))
                    return rd_fork_stage(&stage)
                }
            }
        }
    }

    private func withFolder(_ body: (UnsafePointer<CChar>?) -> pid_t) -> pid_t {
        guard let folder = order.workingDirectory else { return body(nil) }
        return folder.withCString { body($0) }
    }
}

/// Where bash is: it is what a timetable's pipelines are written for.
private func shellPath() throws(RDError) -> String {
    let folders = (environment("PATH") ?? "").split(separator: ":").map(String.init) + ["/bin", "/usr/bin"]
    for folder in folders where access("\(folder)/bash", X_OK) == 0 { return "\(folder)/bash" }
    throw RDError(.unavailable, "there is no bash", remedy: "install it, or put its folder into PATH")
}

private func makeStagePipe() throws(RDError) -> (read: Int32, write: Int32) {
    var ends: [Int32] = [-1, -1]
    let status = rd_pipe(&ends)
    guard status == 0 else { throw systemError(.temporary, "cannot make a pipe", status) }
    return (ends[0], ends[1])
}
