import Glibc
import RDBytes
import RDConfig
import RDProcess

/// What a timetable names and only a look outside of it can check: whether bash can read its commands, which are not
/// run, and whether its folders and files are there.
struct TimetableOutside {
    private let file: String

    init(_ file: String) { self.file = absolutePath(file) }

    /// The flaws of a timetable of this text.
    func flaws(in text: String, named name: String) throws -> [ConfigurationFlaw] {
        try Configuration.outwardTexts(text).compactMap { text in
            func flaw(_ problem: String, line: Int? = nil) -> ConfigurationFlaw {
                ConfigurationFlaw(
                    file: name, line: line ?? text.line, column: line == nil ? text.column : 1, problem: problem)
            }
            let path = text.text.hasPrefix("/") ? text.text : "\(folderOf(file))/\(text.text)"
            switch text.key {
            case "workdir":
                return kind(path) == S_IFDIR
                    ? nil : flaw("found '\(text.text)' as the workdir of \(text.job); expected a folder that is there")
            case "env_file":
                return kind(path) == S_IFREG && isReadable(path)
                    ? nil
                    : flaw("found '\(text.text)' as the env_file of \(text.job); expected a file that can be read")
            default:
                guard let (line, why) = try complaint(text.text) else { return nil }
                return flaw(
                    "bash cannot read \(text.key) of \(text.job): \(why)",
                    line: text.hasLines ? text.place(ofLine: line) : nil)
            }
        }
    }

    private func kind(_ path: String) -> mode_t? {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// What bash says of a command that it cannot read, and in which line of it; nil where it can.
    private func complaint(_ command: String) throws -> (line: Int, why: String)? {
        let (ending, output) = try capture("bash", ["-c", #"LC_ALL=C exec bash -n -c -- "$1" 2>&1"#, "bash", command])
        guard ending != .exit(0) else { return nil }
        let said = textLines(output).first ?? ""
        // bash: -c: line 3: syntax error near unexpected token `fi'
        guard let mark = said.firstRange(of: "line "), let end = said[mark.upperBound...].firstRange(of: ": "),
            let line = Int(said[mark.upperBound..<end.lowerBound])
        else { return (1, said) }
        return (line, String(said[end.upperBound...]))
    }
}
