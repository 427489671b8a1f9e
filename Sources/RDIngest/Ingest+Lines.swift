import RDBytes
import RDQuality
import RDRecord

/// The control lines: what is known of a source, first and later.
extension Ingest {
    /// Writes the `open` line for the first file and a `source` line for each that follows.
    mutating func announce(
        _ decisions: [Decision], _ header: Header, _ input: InputFile, index: Int, of inputs: [InputFile]
    ) {
        var source: JSONValue = [
            "uri": .string(input.uri), "bytes": input.size.map { .integer($0) } ?? .null,
            "sha256": .optional(input.sha256),
        ]
        Decision.add(decisions, to: &source)
        source["header"] = .array(header.names.map { .string($0) })
        if let origin = settings.origin { source = origin.source }
        if inputs.count > 1 { source["first_line"] = .integer(linesBefore + 1) }
        defer { isOpen = true }
        guard !settings.isBare else { return }
        guard index == 0 else {
            source["@rd"] = nil
            out.append(json: .object([.init("@rd", "source")] + (source.members ?? [])))
            return out.append(0x0A)
        }
        if inputs.count > 1 {
            source["uri"] = .string(inputs.map(\.uri).joined(separator: " "))
            let known = inputs.compactMap(\.sha256)
            source["sha256"] = known.count == inputs.count ? .string(Self.combined(known)) : .null
            source["files"] = .array(inputs.map { .string($0.uri) })
            let sizes = inputs.compactMap(\.size)
            source["bytes"] = sizes.count == inputs.count ? .integer(sizes.reduce(0, +)) : .null
        }
        var open = StreamOpen(run: settings.run, job: settings.job, source: source)
        var stage = StreamOpen.Stage("ingest", options: options, mapping: mapping(header))
        stage.channel = settings.channel
        open.stages = [stage]
        open.append(to: &out)
    }

    var options: JSONValue {
        let limit: JSONValue =
            switch settings.limit {
            case .none: .null
            case .count(let count): .integer(count)
            case .share(let share): .string("\(Double(share) / 100)%")
            }
        return ["max_errors": limit, "sniff_bytes": .integer(settings.sniffBytes)]
    }

    func mapping(_ header: Header) -> [ColumnMapping] {
        let known = header.cells.enumerated().compactMap { slot, cell in
            cell.map { ColumnMapping(header.names[$0], Field.names[slot], "renamed, checked against the schema") }
        }
        return known + header.extras.map { ColumnMapping(header.names[$0.cell], $0.name, "kept") }
    }

    mutating func announceEncoding(_ decision: Decision, _ input: InputFile) throws {
        guard !settings.isBare else { return }
        var source: JSONValue = ["@rd": "source", "uri": .string(input.uri)]
        Decision.add([decision], to: &source)
        out.append(json: source)
        out.append(0x0A)
    }
}
