import RDBytes
import RDProcess

/// Makes sure that whoever asks for something grave means it: with `yes` given beforehand, or by an answer on the
/// terminal. Anything else is exit 64.
/// - Parameters:
///   - question: what is going to happen, in one line.
///   - account: what to show before the question.
public func requireYes(_ yes: Bool, _ question: String, account: [String] = []) throws {
    if yes { return }
    guard fileKind(0) == .terminal else {
        throw RDError(.usage, "\(question), and that needs a yes", remedy: "look with --plan, then add --yes")
    }
    writeError((account + ["\(question). Type yes to go on: "]).joined(separator: "\n"))
    guard readLine() == "yes" else { throw RDError(.usage, "that is not a yes: nothing was changed") }
}
