import RDChain
import RDFilter

/// Where the time of a chain went, a line for each stage, and which stage the others waited for.
func explanation(of result: ChainResult) -> [String] {
    let head = [
        result.isSampled ? "program" : "stage", "code", "lived", "waits for input", "computes", "waits for output",
        "waits elsewhere", "cpu", "memory", "read", "written",
    ]
    let rows = result.stages.map { stage in
        let known = stage.waitingForInput + stage.computing + stage.waitingForOutput > 0
        func share(_ value: Double) -> String { known ? "\(Int((value * 100).rounded())) %" : "-" }
        return [
            shortened(stage.command), stage.exitCode.map { String($0) } ?? "-",
            secondsText(stage.livedMicroseconds), share(stage.waitingForInput),
            share(stage.computing), share(stage.waitingForOutput),
            share(max(0, stage.busy - stage.computing)), secondsText(stage.cpuMicroseconds),
            sizeText(Int(stage.peakBytes)), sizeText(Int(stage.bytesRead)), sizeText(Int(stage.bytesWritten)),
        ]
    }
    let total = (result.ended - result.started)
    var lines = columnLines([head] + rows)
    lines.append("")
    lines.append("in all \(secondsText(total)), cpu \(secondsText(result.cpuMicroseconds))")
    if result.isSampled {
        lines.append("not one plain pipeline: this is what samples saw; short programs are missing")
    }
    lines.append(bottleneckText(result))
    return lines
}

private func bottleneckText(_ result: ChainResult) -> String {
    guard let place = result.bottleneck else { return "bottleneck: not known, the chain was too short to tell" }
    let stage = result.stages[place]
    let elsewhere = max(0, stage.busy - stage.computing)
    let why =
        elsewhere > stage.computing
        ? "it waits for something outside the chain: a server, a lock, the time"
        : "it computes \(Int((stage.computing * 100).rounded())) % of its \(secondsText(stage.livedMicroseconds))"
    return "bottleneck: \(shortened(stage.command)) (\(place + 1) of \(result.stages.count)): \(why)"
}

/// A stage's text in one line of at most 40 characters.
private func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count <= 40 ? line : line.prefix(39) + "…"
}

private func secondsText(_ microseconds: Int64) -> String {
    let hundredths = (microseconds + 5000) / 10_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) s"
}
