import Glibc
public import RDBytes
import RDProcess

extension StageUse {
    /// The stage as an object; shares in thousandths, as whole numbers.
    public var json: JSONValue {
        [
            "command": .string(command), "exit_code": exitCode.map { .integer($0) } ?? .null,
            "lived_us": .integer(livedMicroseconds), "cpu_us": .integer(cpuMicroseconds),
            "peak_bytes": .integer(peakBytes), "bytes_read": .integer(bytesRead),
            "bytes_written": .integer(bytesWritten), "waiting_for_input": .integer(thousandths(waitingForInput)),
            "computing": .integer(thousandths(computing)),
            "waiting_for_output": .integer(thousandths(waitingForOutput)),
        ]
    }

    /// Reads what `json` writes; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let command = json["command"]?.string, let lived = json["lived_us"]?.integer,
            let cpu = json["cpu_us"]?.integer,
            let peak = json["peak_bytes"]?.integer, let read = json["bytes_read"]?.integer,
            let written = json["bytes_written"]?.integer, let input = json["waiting_for_input"]?.integer,
            let computing = json["computing"]?.integer, let output = json["waiting_for_output"]?.integer
        else { return nil }
        self.init(
            command: command, exitCode: json["exit_code"]?.integer.map { Int32($0) },
            livedMicroseconds: Int64(lived), cpuMicroseconds: Int64(cpu), peakBytes: Int64(peak),
            bytesRead: Int64(read), bytesWritten: Int64(written),
            waitingForInput: Double(input) / 1000, computing: Double(computing) / 1000,
            waitingForOutput: Double(output) / 1000)
    }
}

private func thousandths(_ share: Double) -> Int { Int((share * 1000).rounded()) }

extension ChainResult {
    /// The result as an object.
    public var json: JSONValue {
        [
            "exit_code": .integer(exitCode), "ended_by": .string(endedBy.rawValue), "started_us": .integer(started),
            "ended_us": .integer(ended), "sampled": .bool(isSampled), "cpu_us": .integer(cpuMicroseconds),
            "leftovers": .integer(leftovers), "reason": .optional(reason), "stages": .array(stages.map(\.json)),
        ]
    }

    /// Reads what `json` writes; nil for anything else.
    public init?(_ json: JSONValue) {
        guard let code = json["exit_code"]?.integer, let by = json["ended_by"]?.string.flatMap(ChainEnd.init),
            let started = json["started_us"]?.integer, let ended = json["ended_us"]?.integer,
            let sampled = json["sampled"]?.bool, let cpu = json["cpu_us"]?.integer,
            let leftovers = json["leftovers"]?.integer, let stages = json["stages"]?.array
        else { return nil }
        let uses = stages.compactMap(StageUse.init)
        guard uses.count == stages.count else { return nil }
        self.init(
            exitCode: Int32(code), endedBy: by, started: Int64(started), ended: Int64(ended), stages: uses,
            isSampled: sampled, cpuMicroseconds: Int64(cpu), leftovers: leftovers, reason: json["reason"]?.string)
    }
}
